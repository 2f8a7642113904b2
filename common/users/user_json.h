#pragma once

#include <string>

#include "users/user_store.h"

namespace users {

/// A user as the API shows it.
std::string to_json(const User& user);

/// A page as the API shows it: users, count and, unless it is the last, nextToken.
std::string to_json(const UserPage& page);

}  // namespace users
