#pragma once

#include "app/endpoint.h"

namespace users {

/// Makes a user: 201 with the user, its ETag and Location; with an Idempotency-Key once, however often it is
/// asked.
Result<http::Response> create_user(const http::Request& request, Services& services);

inline constexpr Endpoint create_user_endpoint{{"POST", "/users"}, write_scope, create_user};

}  // namespace users
