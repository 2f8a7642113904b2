#include "update_user/update_user.h"

#include "http/entity_tag.h"
#include "http/json_body.h"
#include "http/user_exchange.h"
#include "users/validation.h"

namespace users {

Result<http::Response> update_user(const http::Request& request, Services& services) {
  return all_of(http::path_user_id(request), http::if_match(request),
                http::json_body(request).and_then(parse_user_patch))
      .and_then([&](const auto& checked) {
        const auto& [id, condition, patch] = checked;
        return services.users.update(id, patch, condition, services.clock.now());
      })
      .map([](const User& user) { return http::user_response(200, user); });
}

}  // namespace users
