#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

struct evp_pkey_st;

namespace users {

/// The signatures of JSON Web Tokens that are known here (RFC 7518, section 3.1).
enum class SignatureAlgorithm { hs256, rs256, es256 };

/// A key that tells whether a signature is genuine: for the one algorithm that it was made for, so that no
/// token can choose another (RFC 8725, section 3.1). The only door to OpenSSL's public keys.
class VerificationKey {
 public:
  /// HMAC with SHA-256; the secret has at least 32 bytes (RFC 7518, section 3.2).
  static tl::expected<VerificationKey, std::string> hmac(std::string_view secret);
  /// RSASSA-PKCS1-v1_5 with SHA-256; the modulus, big-endian, has 2048 to 8192 bits (RFC 7518, section 3.3).
  static tl::expected<VerificationKey, std::string> rsa(std::string_view modulus, std::string_view exponent);
  /// ECDSA with P-256 and SHA-256; the coordinates have 32 bytes each, and are those of a point on the curve
  /// (RFC 7518, sections 3.4 and 6.2.1).
  static tl::expected<VerificationKey, std::string> p256(std::string_view x, std::string_view y);

  SignatureAlgorithm algorithm() const { return algorithm_; }

  /// Whether `signature`, in the form that a JSON Web Signature has it (RFC 7518, section 3), is this key's
  /// of `message`.
  bool verifies(std::string_view message, std::string_view signature) const;

 private:
  VerificationKey(SignatureAlgorithm algorithm, std::string secret, std::shared_ptr<evp_pkey_st> key)
      : algorithm_(algorithm), secret_(std::move(secret)), key_(std::move(key)) {}
  bool verifies_with_public_key(std::string_view message, std::string_view encoded_signature) const;

  SignatureAlgorithm algorithm_;
  std::string secret_;                ///< HS256's
  std::shared_ptr<evp_pkey_st> key_;  ///< the others'
};

}  // namespace users
