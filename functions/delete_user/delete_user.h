#pragma once

#include "users/api.h"

namespace users {

/// Deletes a user: 200 with the user as it last was, and its ETag.
Result<http::Response> delete_user(const http::Request& request, const Services<UserRemover>& services);

inline constexpr Endpoint<UserRemover> delete_user_endpoint{
    {"DELETE", "/users/{userId}"}, write_scope, delete_user};

}  // namespace users
