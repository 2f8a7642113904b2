#pragma once

#include <optional>
#include <string>
#include <vector>

#include "users/user.h"

namespace users {

/// Returns a user as the API shows it.
std::string to_json(const User& user);

/// Returns a page as the API shows it: users, count and, unless it is the last page, nextToken.
std::string to_json(const std::vector<User>& users, const std::optional<std::string>& next_token);

}  // namespace users
