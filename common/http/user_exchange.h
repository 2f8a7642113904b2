#pragma once

#include "http/message.h"
#include "support/result.h"
#include "users/user_store.h"

namespace users::http {

/// The userId of the path; invalid when it is no UUID.
Result<UserId> path_user_id(const Request& request);

/// The user as JSON, with its ETag.
Response user_response(int status, const User& user);

/// 201 with the user, its ETag, and the Location that leads back to it from where the request came in; a
/// replay says so (Idempotency-Replayed).
Response created_response(const Request& request, const Creation& creation);

/// The user, or 304 when the client holds one of the versions in `held` (RFC 9110, section 13.1.2).
Response user_unless_held(const VersionCondition& held, const User& user);

/// A page of users, and the token of the next one, if there is one.
Response page_response(const std::vector<User>& users, const std::optional<std::string>& next_token);

}  // namespace users::http
