#pragma once

#include "core/http/path_parameter.h"
#include "users/user.h"

namespace users {

/// Returns the path parameter userId. Fails when it is not a UUID.
inline Result<UserId> path_user_id(const http::Request& request) {
  return http::uuid_parameter<UserId>(request, "userId");
}

}  // namespace users
