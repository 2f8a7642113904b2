#include "core/support/sha256.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <stdexcept>

#include "core/support/bytes.h"

namespace serverless {

Sha256Digest sha256(std::string_view bytes) {
  Sha256Digest digest;
  if (SHA256(pointer_to(bytes), bytes.size(), digest.data()) == nullptr)
    throw std::runtime_error("SHA-256 failed");
  return digest;
}

Sha256Digest hmac_sha256(std::string_view key, std::string_view bytes) {
  Sha256Digest digest;
  unsigned length = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), pointer_to(bytes), bytes.size(),
           digest.data(), &length) == nullptr)
    throw std::runtime_error("HMAC-SHA-256 failed");
  return digest;
}

std::string_view bytes_of(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string hex(const Sha256Digest& digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * digest.size());
  for (const unsigned char byte : digest) {
    text.push_back(digits[byte >> 4U]);
    text.push_back(digits[byte & 0xFU]);
  }
  return text;
}

}  // namespace serverless
