#pragma once

#include "users/api.h"

namespace users {

/// Changes the fields in the body (JSON Merge Patch, RFC 7396): 200 with the user as it is then.
Result<http::Response> update_user(const http::Request& request, const Services<UserUpdater>& services);

inline constexpr Endpoint<UserUpdater> update_user_endpoint{
    {"PUT", "/users/{userId}"}, write_scope, update_user};

}  // namespace users
