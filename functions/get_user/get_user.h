#pragma once

#include "users/api.h"

namespace users {

/// Gets a user: 200 with the user and its ETag, or 304 when If-None-Match lists the current version.
Result<http::Response> get_user(const http::Request& request, const Services<UserReader>& services);

inline constexpr Endpoint<UserReader> get_user_endpoint{{"GET", "/users/{userId}"}, read_scope, get_user};

}  // namespace users
