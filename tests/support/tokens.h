#pragma once

#include <string>
#include <string_view>

#include "core/auth/verification_key.h"

/// Makes tokens, as an issuer does, with the keys of tests/support/rfc7515.h.
namespace serverless::testing {

using auth::SignatureAlgorithm;

/// The signature of a text, as a token has it but for base64url.
std::string hs256(std::string_view text, std::string_view secret);
std::string rs256(std::string_view text);
std::string es256(std::string_view text);
/// ES256's in the form that OpenSSL, and no token, has it.
std::string es256_in_der(std::string_view text);

/// The public keys as anybody can have them: in PEM, and in DER.
std::string rsa_public_key_in_pem();
std::string rsa_public_key_in_der();

/// `header` and `payload`, JSON or not, with a genuine signature of the header's algorithm.
std::string signed_token(SignatureAlgorithm algorithm, std::string_view header, std::string_view payload);

/// The two public keys with the ids `rsa` and `ec`, as an issuer publishes them.
std::string jwks();
std::string rsa_jwk(std::string_view more = R"("kid":"rsa")");
std::string ec_jwk(std::string_view more = R"("kid":"ec")");

}  // namespace serverless::testing
