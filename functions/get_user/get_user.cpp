#include "get_user/get_user.h"

#include "http/entity_tag.h"
#include "http/user_exchange.h"

namespace users {

Result<http::Response> get_user(const http::Request& request, Services& services) {
  return all_of(http::path_user_id(request), http::if_none_match(request)).and_then([&](const auto& checked) {
    const auto& [id, held] = checked;
    return services.users.get(id).map(
        [&held = held](const User& user) { return http::user_unless_held(held, user); });
  });
}

}  // namespace users
