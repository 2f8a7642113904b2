#pragma once

#include <array>
#include <string>
#include <string_view>

namespace serverless {

using Sha256Digest = std::array<unsigned char, 32>;

/// Returns the SHA-256 digest (FIPS 180-4).
Sha256Digest sha256(std::string_view bytes);

/// Returns the HMAC with SHA-256 (RFC 2104).
Sha256Digest hmac_sha256(std::string_view key, std::string_view bytes);

/// Returns a view of the digest's bytes, valid as long as the digest.
std::string_view bytes_of(const Sha256Digest& digest);

/// Returns the digest in lower-case hexadecimal.
std::string hex(const Sha256Digest& digest);

}  // namespace serverless
