#pragma once

#include "app/endpoint.h"

namespace users {

/// Changes the fields that the body names (JSON Merge Patch, RFC 7396): 200 with the user as it now is.
Result<http::Response> update_user(const http::Request& request, Services& services);

inline constexpr Endpoint update_user_endpoint{{"PUT", "/users/{userId}"}, write_scope, update_user};

}  // namespace users
