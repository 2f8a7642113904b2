#include "create_user/create_user.h"

#include "http/idempotency_key.h"
#include "http/json_body.h"
#include "http/user_exchange.h"
#include "users/validation.h"

namespace users {

Result<http::Response> create_user(const http::Request& request, Services& services) {
  return all_of(http::idempotency_key(request), http::json_body(request).and_then(parse_new_user))
      .and_then([&](const auto& checked) {
        const auto& [key, given] = checked;
        const Instant now = services.clock.now();
        const User user{.id = UserId::make(services.ids),
                        .name = given.name,
                        .email = given.email,
                        .age = given.age,
                        .created_at = now,
                        .updated_at = now,
                        .version = 1};
        if (key) return services.users.create_once(user, creation_key(request.caller, *key, given, now));
        return services.users.create(user).map([](const User& made) { return Creation{.user = made}; });
      })
      .map([&](const Creation& creation) { return http::created_response(request, creation); });
}

}  // namespace users
