#pragma once

#include "users/api.h"

namespace users {

/// Changes the fields that the body (a JSON Merge Patch, RFC 7396) contains: 200 with the changed user and
/// its ETag.
Result<http::Response> update_user(const http::Request& request, const Services<UserUpdater>& services);

inline constexpr Endpoint<UserUpdater> update_user_endpoint{
    {"PUT", "/users/{userId}"}, write_scope, update_user};

}  // namespace users
