#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

#include "core/support/sha256.h"

namespace serverless::auth {

/// The supported signature algorithms of JSON Web Tokens (RFC 7518, section 3.1).
enum class SignatureAlgorithm { hs256, rs256, es256 };

/// A key that verifies signatures. It is bound to one algorithm, so that a token cannot choose another (RFC
/// 8725, section 3.1). All copies belong to one thread, as verifies() changes what they share. No other file
/// uses OpenSSL's public keys. The errors of the factories are requirements: "must have …".
class VerificationKey {
 public:
  /// Makes a key of HMAC with SHA-256. The secret must have at least 32 bytes (RFC 7518, section 3.2).
  static tl::expected<VerificationKey, std::string> hmac(std::string_view secret);
  /// Makes a key of RSASSA-PKCS1-v1_5 with SHA-256. The big-endian modulus must have 2048 to 8192 bits (RFC
  /// 7518, section 3.3).
  static tl::expected<VerificationKey, std::string> rsa(std::string_view modulus, std::string_view exponent);
  /// Makes a key of ECDSA with P-256 and SHA-256. The coordinates must have 32 bytes each and describe a
  /// point on the curve (RFC 7518, sections 3.4 and 6.2.1).
  static tl::expected<VerificationKey, std::string> p256(std::string_view x, std::string_view y);

  SignatureAlgorithm algorithm() const { return algorithm_; }

  /// Returns whether `signature`, in the form of a JSON Web Signature (RFC 7518, section 3), is this key's
  /// signature of `message`.
  bool verifies(std::string_view message, std::string_view signature) const;

 private:
  VerificationKey(SignatureAlgorithm algorithm, std::optional<HmacSha256> secret,
                  std::shared_ptr<void> verifier)
      : algorithm_(algorithm), secret_(std::move(secret)), verifier_(std::move(verifier)) {}
  bool verifies_with_public_key(std::string_view message, std::string_view encoded_signature) const;

  SignatureAlgorithm algorithm_;
  std::optional<HmacSha256> secret_;  ///< of HS256
  std::shared_ptr<void> verifier_;    ///< an EVP_PKEY_CTX that is ready to verify, of RS256 and ES256
};

}  // namespace serverless::auth
