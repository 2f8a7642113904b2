#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "support/clock.h"
#include "support/verification_key.h"

/// JSON Web Tokens (RFC 7519) as signed by an issuer (RFC 7515, compact serialization). What is refused is
/// told in words that are for the log: they quote nothing of the token.
namespace users::auth {

/// The most bytes that a token may have; API Gateway takes headers of 10,240 bytes in all.
constexpr std::size_t max_token_bytes = std::size_t{8} * 1024;

/// A token whose header makes sense, and whose signature is still to be verified. Its views live as long as
/// the text that it was read from.
struct Jwt {
  SignatureAlgorithm algorithm;
  std::optional<std::string> key_id;
  std::string_view signing_input;
  std::string_view encoded_payload;
  std::string signature;

  /// Nothing that the header says of keys is followed; `crit` and `b64` are refused, as no extension is
  /// known.
  static tl::expected<Jwt, std::string> parse(std::string_view token);
};

/// What a payload must say for the token to be meant for this API.
struct Expectations {
  std::string issuer;
  std::string audience;
};

/// What a token says of its bearer.
struct Claims {
  std::string subject;
  std::vector<std::string> scopes;
};

/// The claims of a payload, once its signature is known to be good: `iss` is the expected one, `aud` names
/// the audience, `now` is before `exp` and not before `nbf` and `iat` (whole seconds; a minute of leeway),
/// and `sub` is there. Scopes are those of `scope` (RFC 9068, section 2.2.3), or of `scp` without it, in a
/// text or a list.
tl::expected<Claims, std::string> read_claims(std::string_view encoded_payload, const Expectations& expected,
                                              Instant now);

}  // namespace users::auth
