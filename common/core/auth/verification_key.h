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
/// 8725, section 3.1). verifies() changes state that copies share, so a key and its copies must stay in one
/// thread. No other file uses public keys of OpenSSL. The factories fail with a requirement: "must have …".
class VerificationKey {
 public:
  /// Creates a key for HMAC with SHA-256. The secret must have at least 32 bytes (RFC 7518, section 3.2).
  static tl::expected<VerificationKey, std::string> hmac(std::string_view secret);
  /// Creates a key for RSASSA-PKCS1-v1_5 with SHA-256 from big-endian numbers. The modulus must have 2048 to
  /// 8192 bits (RFC 7518, section 3.3). The exponent must be odd, above 1 and of at most 32 bits.
  static tl::expected<VerificationKey, std::string> rsa(std::string_view modulus, std::string_view exponent);
  /// Creates a key for ECDSA with P-256 and SHA-256. The coordinates must have 32 bytes each and describe a
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
  std::optional<HmacSha256> secret_;  ///< for HS256
  std::shared_ptr<void> verifier_;    ///< for RS256 and ES256: an EVP_PKEY_CTX that is ready to verify
};

}  // namespace serverless::auth
