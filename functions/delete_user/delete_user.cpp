#include "delete_user/delete_user.h"

#include "core/http/preconditions.h"
#include "users/path.h"
#include "users/user_responses.h"

namespace users {

Result<http::Response> delete_user(const http::Request& request, const Services<UserRemover>& services) {
  return collect(path_user_id(request), http::if_match(request))
      .and_then(unpacked([&](const UserId& id, const http::VersionSet& allowed) {
        return services.store.remove(id, allowed);
      }))
      .map([](const User& user) { return user_response(200, user); });
}

}  // namespace users
