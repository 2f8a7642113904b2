#pragma once

#include <string>
#include <string_view>

#include "auth/jwt.h"
#include "auth/keys.h"
#include "http/message.h"
#include "support/clock.h"
#include "support/result.h"

namespace users::auth {

/// Whose tokens are taken.
struct Policy {
  Algorithms algorithms;
  Expectations expected;
};

/// Proves who calls by the bearer token of a request (RFC 6750).
class Authenticator {
 public:
  /// The references must outlive the authenticator.
  Authenticator(Policy policy, Keys& keys, const Clock& clock)
      : policy_(std::move(policy)), keys_(keys), clock_(clock) {}

  /// The caller, in the form of http::Request::caller, when the token holds and grants `scope`;
  /// unauthenticated or forbidden when not, which tells the client no more than RFC 6750 does. Unavailable
  /// without keys.
  Result<std::string> caller_of(const http::Request& request, std::string_view scope);

 private:
  Result<Claims> verified_claims(std::string_view token);

  Policy policy_;
  Keys& keys_;
  const Clock& clock_;
};

}  // namespace users::auth
