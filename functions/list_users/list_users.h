#pragma once

#include "users/api.h"

namespace users {

/// Lists a page of all users or of those with a name prefix, or finds the user with an email address: 200
/// with users, count and, unless it is the last page, nextToken.
Result<http::Response> list_users(const http::Request& request, const Services<UserFinder>& services);

inline constexpr Endpoint<UserFinder> list_users_endpoint{{"GET", "/users"}, read_scope, list_users};

}  // namespace users
