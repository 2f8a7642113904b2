#pragma once

#include <string>
#include <string_view>

#include "users/user.h"

namespace users {

/// Reads the body of a POST: a JSON object with name, email and optionally age, and no other member. The
/// problem names every field at fault, up to 50.
Result<NewUser> parse_new_user(std::string_view body);

/// Reads the body of a PUT: a JSON Merge Patch (RFC 7396) with at least one of name, email and age. An age of
/// null removes the age. The problem names every field at fault, up to 50.
Result<UserPatch> parse_user_patch(std::string_view body);

/// Returns a canonical text of the values, for the fingerprint of an idempotency record.
std::string fingerprint_values(const NewUser& user);

}  // namespace users
