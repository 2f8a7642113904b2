#pragma once

#include <string>
#include <string_view>

#include "core/support/problem.h"

/// The problems of requests without sufficient credentials, each with the challenge of RFC 6750, section 3.
namespace serverless::auth {

/// The request carries no valid token. `error` is the code of RFC 6750, section 3.1, or empty when the
/// request carries no token; `cause` goes to the log only.
Problem unauthenticated(std::string_view realm, std::string_view error, std::string cause);

/// The token is valid, but does not grant `scope`.
Problem forbidden(std::string_view realm, std::string_view scope);

}  // namespace serverless::auth
