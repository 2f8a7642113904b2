#include "delete_user/delete_user.h"

#include "users/path.h"
#include "users/user_responses.h"
#include "users/versions.h"

namespace users {

Result<http::Response> delete_user(const http::Request& request, const Services<UserRemover>& services) {
  return collect(path_user_id(request), if_match(request))
      .and_then(unpacked([&](const UserId& id, const dynamodb::VersionCondition& condition) {
        return services.users.remove(id, condition);
      }))
      .map([](const User& user) { return user_response(200, user); });
}

}  // namespace users
