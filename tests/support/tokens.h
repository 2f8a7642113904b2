#pragma once

#include <string>
#include <string_view>

#include "core/auth/verification_key.h"

/// Makes tokens, as an issuer does, with the keys of tests/support/rfc7515.h.
namespace serverless::testing {

using auth::SignatureAlgorithm;

/// Return the signature of a text as in a token, before base64url.
std::string hs256_signature(std::string_view text, std::string_view secret);
std::string rs256_signature(std::string_view text);
std::string es256_signature(std::string_view text);
/// Returns an ES256 signature in DER, which OpenSSL uses and tokens do not.
std::string es256_signature_in_der(std::string_view text);

/// Return the public RSA key, in PEM and in DER.
std::string rsa_public_key_in_pem();
std::string rsa_public_key_in_der();

/// Returns a token with a valid signature; `header` and `payload` need not be JSON.
std::string signed_token(SignatureAlgorithm algorithm, std::string_view header, std::string_view payload);

/// Return the two public keys with the ids `rsa` and `ec`, as an issuer publishes them.
std::string jwks();
std::string rsa_jwk(std::string_view more = R"("kid":"rsa")");
std::string ec_jwk(std::string_view more = R"("kid":"ec")");

}  // namespace serverless::testing
