#pragma once

#include "app/endpoint.h"

namespace users {

/// Deletes a user: 200 with the user as it last was.
Result<http::Response> delete_user(const http::Request& request, Services& services);

inline constexpr Endpoint delete_user_endpoint{{"DELETE", "/users/{userId}"}, write_scope, delete_user};

}  // namespace users
