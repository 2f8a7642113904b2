#pragma once

#include <string_view>

#include "core/app/endpoint.h"
#include "users/user_store.h"

/// What the endpoints of the API share.
namespace users {

using serverless::Endpoint;
using serverless::Services;

inline constexpr std::string_view read_scope = "users:read";
inline constexpr std::string_view write_scope = "users:write";

inline constexpr serverless::ApiNames api_names{
    .realm = "users", .metrics_namespace = "UsersApi", .user_agent = "users-api/" USERS_API_VERSION};

}  // namespace users
