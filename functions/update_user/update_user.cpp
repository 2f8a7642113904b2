#include "update_user/update_user.h"

#include "core/http/field_reader.h"
#include "core/http/preconditions.h"
#include "users/path.h"
#include "users/user_responses.h"

namespace users {

Result<http::Response> update_user(const http::Request& request, const Services<UserUpdater>& services) {
  return collect(path_user_id(request), http::if_match(request),
                 http::json_body(request).and_then(http::read_patch<UserValues>))
      .and_then(unpacked([&](const UserId& id, const http::VersionSet& allowed, const UserPatch& patch) {
        return services.store.update(id, patch, allowed, services.clock.now());
      }))
      .map([](const User& user) { return user_response(200, user); });
}

}  // namespace users
