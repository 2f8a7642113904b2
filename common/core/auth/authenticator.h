#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "core/auth/jwt.h"
#include "core/auth/keys.h"
#include "core/http/message.h"
#include "core/support/clock.h"
#include "core/support/result.h"

namespace serverless::auth {

/// The conditions that an accepted token meets.
struct Policy {
  Algorithms algorithms;
  Expectations expected;
};

/// Authenticates the caller of a request by its bearer token (RFC 6750).
class Authenticator {
 public:
  /// The references, and the text of `realm`, must outlive the authenticator.
  Authenticator(Policy policy, std::string_view realm, Keys& keys, const Clock& clock)
      : policy_(std::move(policy)), realm_(realm), keys_(keys), clock_(clock) {}

  /// Returns the caller, in the form of http::Request::caller, when the token is valid and grants `scope`.
  /// Fails with unauthenticated or forbidden, which tell the client no more than RFC 6750 specifies, and with
  /// unavailable when the keys cannot be fetched.
  Result<std::string> caller_of(const http::Request& request, std::string_view scope);

 private:
  Result<TokenClaims> verified_claims(std::string_view token);
  Problem invalid_token(std::string cause) const;

  Policy policy_;
  std::string_view realm_;
  Keys& keys_;
  const Clock& clock_;
};

}  // namespace serverless::auth
