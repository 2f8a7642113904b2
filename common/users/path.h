#pragma once

#include "core/http/message.h"
#include "users/user.h"

namespace users {

/// Returns the path parameter userId. Fails when it is not a UUID.
Result<UserId> path_user_id(const http::Request& request);

}  // namespace users
