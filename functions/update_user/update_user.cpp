#include "update_user/update_user.h"

#include "core/http/json_body.h"
#include "users/path.h"
#include "users/user_responses.h"
#include "users/validation.h"
#include "users/versions.h"

namespace users {

Result<http::Response> update_user(const http::Request& request, const Services<UserUpdater>& services) {
  return collect(path_user_id(request), if_match(request),
                 http::json_body(request).and_then(parse_user_patch))
      .and_then(unpacked(
          [&](const UserId& id, const dynamodb::VersionCondition& condition, const UserPatch& patch) {
            return services.users.update(id, patch, condition, services.clock.now());
          }))
      .map([](const User& user) { return user_response(200, user); });
}

}  // namespace users
