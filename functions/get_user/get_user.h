#pragma once

#include "app/endpoint.h"

namespace users {

/// Gives one user: 200, or 304 when If-None-Match names the current version.
Result<http::Response> get_user(const http::Request& request, Services& services);

inline constexpr Endpoint get_user_endpoint{{"GET", "/users/{userId}"}, read_scope, get_user};

}  // namespace users
