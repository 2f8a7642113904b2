#include "delete_user/delete_user.h"

#include "http/entity_tag.h"
#include "http/user_exchange.h"

namespace users {

Result<http::Response> delete_user(const http::Request& request, Services& services) {
  return all_of(http::path_user_id(request), http::if_match(request))
      .and_then([&](const auto& checked) {
        const auto& [id, condition] = checked;
        return services.users.remove(id, condition);
      })
      .map([](const User& user) { return http::user_response(200, user); });
}

}  // namespace users
