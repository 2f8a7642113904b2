#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/http/message.h"
#include "core/http/version_set.h"
#include "users/user_store.h"

/// Responses about users.
namespace users {

/// Returns a response with the user as JSON, and its entity tag.
http::Response user_response(int status, const User& user);

/// Returns a 201 with the user, its entity tag and its Location. A replay has the header
/// Idempotency-Replayed.
http::Response created_response(const http::Request& request, const Creation& creation);

/// Returns a 200 with the user, or a 304 when `held` contains its version (RFC 9110, section 13.1.2).
http::Response user_or_not_modified(const User& user, const http::VersionSet& held);

/// Returns a 200 with a page of users and, unless it is the last page, the token of the next one.
http::Response page_response(const std::vector<User>& users, const std::optional<std::string>& next_token);

}  // namespace users
