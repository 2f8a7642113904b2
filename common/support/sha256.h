#pragma once

#include <array>
#include <string>
#include <string_view>

namespace users {

using Sha256Digest = std::array<unsigned char, 32>;

/// SHA-256 (FIPS 180-4).
Sha256Digest sha256(std::string_view bytes);

/// HMAC with SHA-256 (RFC 2104).
Sha256Digest hmac_sha256(std::string_view key, std::string_view bytes);

/// The digest's bytes, as long as it is there.
std::string_view bytes_of(const Sha256Digest& digest);

/// The digest in hexadecimal, lower case.
std::string hex(const Sha256Digest& digest);

}  // namespace users
