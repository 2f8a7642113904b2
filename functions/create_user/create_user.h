#pragma once

#include "users/api.h"

namespace users {

/// Creates a user: 201 with the user, its ETag and its Location. With an Idempotency-Key, repeated requests
/// create only one user.
Result<http::Response> create_user(const http::Request& request, const Services<UserCreator>& services);

inline constexpr Endpoint<UserCreator> create_user_endpoint{{"POST", "/users"}, write_scope, create_user};

}  // namespace users
