#include "core/support/sha256.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "core/support/bytes.h"
#include "core/support/openssl_result.h"
#include "core/support/owned.h"

namespace serverless {

// Each algorithm is fetched once. Otherwise OpenSSL would look it up by name for each digest, which takes
// longer than computing a short digest.

Sha256Digest sha256(std::string_view bytes) {
  static const Owned<EVP_MD, EVP_MD_free> algorithm(must_exist(EVP_MD_fetch(nullptr, "SHA256", nullptr)));
  thread_local const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(must_exist(EVP_MD_CTX_new()));
  Sha256Digest digest;
  must(EVP_DigestInit_ex2(context.get(), algorithm.get(), nullptr));
  must(EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()));
  must(EVP_DigestFinal_ex(context.get(), digest.data(), nullptr));
  return digest;
}

HmacSha256::HmacSha256(std::string_view key) {
  static const Owned<EVP_MAC, EVP_MAC_free> algorithm(must_exist(EVP_MAC_fetch(nullptr, "HMAC", nullptr)));
  char digest_name[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name, 0),
                                   OSSL_PARAM_construct_end()};
  context_ = {must_exist(EVP_MAC_CTX_new(algorithm.get())), EVP_MAC_CTX_free};
  must(EVP_MAC_init(static_cast<EVP_MAC_CTX*>(context_.get()), pointer_to(key), key.size(), parameters));
}

Sha256Digest HmacSha256::of(std::string_view message) const {
  auto* context = static_cast<EVP_MAC_CTX*>(context_.get());
  Sha256Digest digest;
  std::size_t length = 0;
  must(EVP_MAC_init(context, nullptr, 0, nullptr));  // keeps the key
  must(EVP_MAC_update(context, pointer_to(message), message.size()));
  must(EVP_MAC_final(context, digest.data(), &length, digest.size()));
  return digest;
}

HmacSha256 HmacSha256::derived(std::string_view message) const {
  const Sha256Digest bytes = of(message);
  return HmacSha256(bytes_of(bytes));
}

std::string_view bytes_of(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string to_hex(const Sha256Digest& digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text(2 * digest.size(), '\0');
  for (std::size_t i = 0; i < digest.size(); ++i) {
    text[2 * i] = digits[digest[i] >> 4U];
    text[2 * i + 1] = digits[digest[i] & 0xFU];
  }
  return text;
}

}  // namespace serverless
