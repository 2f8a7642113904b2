#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace serverless {

using Sha256Digest = std::array<unsigned char, 32>;

/// Returns the SHA-256 digest (FIPS 180-4).
Sha256Digest sha256(std::string_view bytes);

/// An HMAC-SHA-256 key (RFC 2104), prepared once for any number of messages. of() and derived() change state
/// that copies share, so a key and its copies must stay in one thread.
class HmacSha256 {
 public:
  /// The key must not be empty.
  explicit HmacSha256(std::string_view key);

  /// Returns the HMAC of a message.
  Sha256Digest of(std::string_view message) const;

  /// Returns the key whose bytes are the HMAC of a message.
  HmacSha256 derived(std::string_view message) const;

 private:
  std::shared_ptr<void> context_;  // an EVP_MAC_CTX
};

/// Returns a view of the digest's bytes, valid as long as the digest.
std::string_view bytes_of(const Sha256Digest& digest);

/// Returns the digest in lower-case hexadecimal.
std::string to_hex(const Sha256Digest& digest);

}  // namespace serverless
