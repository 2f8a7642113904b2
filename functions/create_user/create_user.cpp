#include "create_user/create_user.h"

#include "http/json_body.h"
#include "http/user_exchange.h"
#include "users/validation.h"

namespace users {

Result<http::Response> create_user(const http::Request& request, Services& services) {
  return http::json_body(request)
      .and_then(parse_new_user)
      .and_then([&](const NewUser& given) {
        const Instant now = services.clock.now();
        return services.users.create({.id = UserId::make(services.ids),
                                      .name = given.name,
                                      .email = given.email,
                                      .age = given.age,
                                      .created_at = now,
                                      .updated_at = now,
                                      .version = 1});
      })
      .map([&](const User& user) { return http::created_response(request, user); });
}

}  // namespace users
