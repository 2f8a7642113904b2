#include "tests/support/tokens.h"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "core/support/base64.h"
#include "core/support/bytes.h"
#include "core/support/sha256.h"
#include "tests/support/rfc7515.h"

namespace serverless::testing {
namespace {

using Key = std::shared_ptr<EVP_PKEY>;

void require(bool success) {
  if (!success) throw std::runtime_error("OpenSSL failed");
}

using Number = std::unique_ptr<BIGNUM, decltype(&BN_free)>;

/// Returns a key pair with these numbers and, for "EC", with this point.
Key make_key_pair(const char* type, const std::vector<std::pair<const char*, std::string_view>>& members,
                  const std::string& point = {}) {
  OSSL_PARAM_BLD* builder = OSSL_PARAM_BLD_new();
  std::vector<Number> numbers;
  for (const auto& [name, base64url] : members) {
    const std::string bytes = base64url_decode(base64url).value();
    numbers.emplace_back(BN_bin2bn(pointer_to(bytes), static_cast<int>(bytes.size()), nullptr), BN_free);
    require(OSSL_PARAM_BLD_push_BN(builder, name, numbers.back().get()) == 1);
  }
  if (!point.empty()) {
    OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
    OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
  }
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr);
  OSSL_PARAM* params = OSSL_PARAM_BLD_to_param(builder);
  EVP_PKEY* key = nullptr;
  require(EVP_PKEY_fromdata_init(context) == 1);
  require(EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, params) == 1);
  EVP_PKEY_CTX_free(context);
  OSSL_PARAM_free(params);
  OSSL_PARAM_BLD_free(builder);
  return {key, EVP_PKEY_free};
}

const Key& rsa_key() {
  static const Key key = make_key_pair("RSA", {{OSSL_PKEY_PARAM_RSA_N, rfc7515::rsa_n},
                                               {OSSL_PKEY_PARAM_RSA_E, rfc7515::rsa_e},
                                               {OSSL_PKEY_PARAM_RSA_D, rfc7515::rsa_d}});
  return key;
}

const Key& ec_key() {
  static const Key key = make_key_pair(
      "EC", {{OSSL_PKEY_PARAM_PRIV_KEY, rfc7515::ec_d}},
      "\x04" + base64url_decode(rfc7515::ec_x).value() + base64url_decode(rfc7515::ec_y).value());
  return key;
}

std::string signature(const Key& key, std::string_view text) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  std::size_t length = 0;
  require(EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key.get()) == 1);
  require(EVP_DigestSign(context, nullptr, &length, pointer_to(text), text.size()) == 1);
  std::string bytes(length, '\0');
  require(EVP_DigestSign(context, reinterpret_cast<unsigned char*>(bytes.data()), &length, pointer_to(text),
                         text.size()) == 1);
  bytes.resize(length);
  EVP_MD_CTX_free(context);
  return bytes;
}

std::string bytes_in(BIO* memory) {
  char* data = nullptr;
  const long length = BIO_get_mem_data(memory, &data);
  std::string bytes(data, static_cast<std::size_t>(length));
  BIO_free(memory);
  return bytes;
}

}  // namespace

std::string hs256_signature(std::string_view text, std::string_view secret) {
  return std::string(bytes_of(HmacSha256(secret).of(text)));
}

std::string rs256_signature(std::string_view text) {
  return signature(rsa_key(), text);
}

std::string es256_signature_in_der(std::string_view text) {
  return signature(ec_key(), text);
}

std::string es256_signature(std::string_view text) {
  const std::string der = es256_signature_in_der(text);
  const unsigned char* begin = pointer_to(der);
  ECDSA_SIG* numbers = d2i_ECDSA_SIG(nullptr, &begin, static_cast<long>(der.size()));
  std::string bytes(64, '\0');
  auto* out = reinterpret_cast<unsigned char*>(bytes.data());
  require(BN_bn2binpad(ECDSA_SIG_get0_r(numbers), out, 32) == 32);
  require(BN_bn2binpad(ECDSA_SIG_get0_s(numbers), out + 32, 32) == 32);
  ECDSA_SIG_free(numbers);
  return bytes;
}

std::string rsa_public_key_in_pem() {
  BIO* memory = BIO_new(BIO_s_mem());
  require(PEM_write_bio_PUBKEY(memory, rsa_key().get()) == 1);
  return bytes_in(memory);
}

std::string rsa_public_key_in_der() {
  BIO* memory = BIO_new(BIO_s_mem());
  require(i2d_PUBKEY_bio(memory, rsa_key().get()) == 1);
  return bytes_in(memory);
}

std::string signed_token(SignatureAlgorithm algorithm, std::string_view header, std::string_view payload) {
  const std::string text = base64url_encode(header) + "." + base64url_encode(payload);
  const std::string signature = algorithm == SignatureAlgorithm::rs256 ? rs256_signature(text)
                                : algorithm == SignatureAlgorithm::es256
                                    ? es256_signature(text)
                                    : hs256_signature(text, rfc7515::hs256_secret);
  return text + "." + base64url_encode(signature);
}

std::string rsa_jwk(std::string_view more) {
  return fmt::format(R"({{"kty":"RSA","n":"{}","e":"{}",{}}})", rfc7515::rsa_n, rfc7515::rsa_e, more);
}

std::string ec_jwk(std::string_view more) {
  return fmt::format(R"({{"kty":"EC","crv":"P-256","x":"{}","y":"{}",{}}})", rfc7515::ec_x, rfc7515::ec_y,
                     more);
}

std::string jwks() {
  return fmt::format(R"({{"keys":[{},{}]}})", rsa_jwk(), ec_jwk());
}

}  // namespace serverless::testing
