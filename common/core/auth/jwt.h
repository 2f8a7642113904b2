#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "core/auth/verification_key.h"
#include "core/support/clock.h"

/// JSON Web Tokens (RFC 7519), signed (RFC 7515, compact serialization). Errors are texts for the log, which
/// quote no part of the token.
namespace serverless::auth {

/// The maximum size of a token. API Gateway accepts 10,240 bytes of headers in total.
constexpr std::size_t max_token_bytes = std::size_t{8} * 1024;

/// A token with a valid header, whose signature is not verified yet. The views are valid as long as the
/// parsed text.
struct Jwt {
  SignatureAlgorithm algorithm;
  std::optional<std::string> key_id;
  std::string_view signing_input;
  std::string_view encoded_payload;
  std::string signature;

  /// Parses a token. Keys and references to keys in the header are ignored. A header with `crit` or `b64` is
  /// refused, because no extension is supported. Fails with the reason.
  static tl::expected<Jwt, std::string> parse(std::string_view token);
};

/// The claims that a token for this API must have.
struct Expectations {
  std::string issuer;
  std::string audience;
};

/// The claims of a token about its bearer.
struct TokenClaims {
  std::string subject;
  std::vector<std::string> scopes;
};

/// Returns the text that identifies the bearer of a token in http::Request::caller. Idempotency records
/// contain its digest, so its form must not change.
std::string caller_of_token(std::string_view issuer, std::string_view subject);

/// Returns the claims of a payload whose signature has been verified, or the reason why they are not
/// accepted. `iss` must be the expected issuer, `aud` must name the audience, `now` must be before `exp` and
/// not before `nbf` and `iat` (whole seconds, with a minute of leeway), and `sub` must exist. The scopes are
/// those of `scope` (RFC 9068, section 2.2.3) or otherwise those of `scp`; either may be a string or a list.
tl::expected<TokenClaims, std::string> read_claims(std::string_view encoded_payload,
                                                   const Expectations& expected, Instant now);

}  // namespace serverless::auth
