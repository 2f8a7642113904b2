#include "get_user/get_user.h"

#include "core/http/preconditions.h"
#include "users/path.h"
#include "users/user_responses.h"

namespace users {

Result<http::Response> get_user(const http::Request& request, const Services<UserReader>& services) {
  return collect(path_user_id(request), http::if_none_match(request))
      .and_then(unpacked([&](const UserId& id, const http::VersionSet& held) {
        return services.store.get(id).map([&](const User& user) { return user_or_not_modified(user, held); });
      }));
}

}  // namespace users
