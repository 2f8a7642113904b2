#pragma once

#include <string_view>

#include "support/result.h"
#include "users/user.h"

namespace users {

/// Reads the body of a POST: a JSON object with name, email and perhaps age, and nothing else. The problem
/// lists every field at fault, 50 at most.
Result<NewUser> parse_new_user(std::string_view body);

/// Reads the body of a PUT: a JSON Merge Patch (RFC 7396) that names at least one of name, email and age; a
/// null age removes it.
Result<UserPatch> parse_user_patch(std::string_view body);

}  // namespace users
