#pragma once

#include "app/endpoint.h"

namespace users {

/// Gives a page of all users, or of those whose names begin so, or the user with an address: 200 with users,
/// count and, unless it is the last, nextToken.
Result<http::Response> list_users(const http::Request& request, Services& services);

inline constexpr Endpoint list_users_endpoint{{"GET", "/users"}, read_scope, list_users};

}  // namespace users
