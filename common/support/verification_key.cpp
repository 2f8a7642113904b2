#include "support/verification_key.h"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <new>
#include <stdexcept>

#include "support/sha256.h"

namespace users {
namespace {

template <typename T, void (*free)(T*)>
struct Free {
  void operator()(T* handle) const { free(handle); }
};
template <typename T, void (*free)(T*)>
using Owned = std::unique_ptr<T, Free<T, free>>;

using Number = Owned<BIGNUM, BN_free>;
using ParamBuilder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Params = Owned<OSSL_PARAM, OSSL_PARAM_free>;
using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using EcdsaSignature = Owned<ECDSA_SIG, ECDSA_SIG_free>;
using PublicKey = std::shared_ptr<EVP_PKEY>;

constexpr std::size_t least_secret_bytes = 32;
constexpr int least_rsa_bits = 2048;
/// Verifying takes longer with the square of it.
constexpr int most_rsa_bits = 8192;
constexpr int most_exponent_bits = 32;
constexpr std::size_t coordinate_bytes = 32;

const unsigned char* pointer_to(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// Big-endian, without a sign.
Number number(std::string_view bytes) {
  Number result(BN_bin2bn(pointer_to(bytes), static_cast<int>(bytes.size()), nullptr));
  if (!result) throw std::bad_alloc();
  return result;
}

/// The key with these parameters; nothing when there is none, such as for a point that is not on the curve.
PublicKey public_key(const char* type, OSSL_PARAM_BLD* builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  if (!params || !context) throw std::bad_alloc();
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  return {key, EVP_PKEY_free};
}

ParamBuilder param_builder() {
  ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder) throw std::bad_alloc();
  return builder;
}

void must(int result) {
  if (result != 1) throw std::runtime_error("OpenSSL failed");
}

/// The DER form, which OpenSSL takes, of the two numbers that a token has one behind the other; nothing for
/// any other form (RFC 7518, section 3.4).
std::string der_of(std::string_view signature) {
  if (signature.size() != 2 * coordinate_bytes) return {};
  const EcdsaSignature numbers(ECDSA_SIG_new());
  if (!numbers) throw std::bad_alloc();
  must(ECDSA_SIG_set0(numbers.get(), number(signature.substr(0, coordinate_bytes)).release(),
                      number(signature.substr(coordinate_bytes)).release()));
  std::string der(static_cast<std::size_t>(i2d_ECDSA_SIG(numbers.get(), nullptr)), '\0');
  auto* end = reinterpret_cast<unsigned char*>(der.data());
  i2d_ECDSA_SIG(numbers.get(), &end);
  return der;
}

}  // namespace

tl::expected<VerificationKey, std::string> VerificationKey::hmac(std::string_view secret) {
  if (secret.size() < least_secret_bytes)
    return tl::unexpected(fmt::format("has fewer than {} bytes", least_secret_bytes));
  return VerificationKey(SignatureAlgorithm::hs256, std::string(secret), nullptr);
}

tl::expected<VerificationKey, std::string> VerificationKey::rsa(std::string_view modulus,
                                                                std::string_view exponent) {
  const Number n = number(modulus);
  const Number e = number(exponent);
  if (BN_num_bits(n.get()) < least_rsa_bits)
    return tl::unexpected(fmt::format("is an RSA key of fewer than {} bits", least_rsa_bits));
  if (BN_num_bits(n.get()) > most_rsa_bits)
    return tl::unexpected(fmt::format("is an RSA key of more than {} bits", most_rsa_bits));
  // With the exponent 1 every text is its own signature.
  if (BN_is_odd(e.get()) == 0 || BN_is_one(e.get()) == 1 || BN_num_bits(e.get()) > most_exponent_bits)
    return tl::unexpected<std::string>("is an RSA key with an exponent that makes no sense");

  const ParamBuilder builder = param_builder();
  must(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()));
  must(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()));
  PublicKey key = public_key("RSA", builder.get());
  if (!key) return tl::unexpected<std::string>("is no RSA key");
  return VerificationKey(SignatureAlgorithm::rs256, {}, std::move(key));
}

tl::expected<VerificationKey, std::string> VerificationKey::p256(std::string_view x, std::string_view y) {
  if (x.size() != coordinate_bytes || y.size() != coordinate_bytes)
    return tl::unexpected(fmt::format("has coordinates of other than {} bytes", coordinate_bytes));
  std::string point = "\x04";  // uncompressed (SEC 1, section 2.3.3)
  point.append(x).append(y);

  const ParamBuilder builder = param_builder();
  must(OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0));
  must(OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()));
  PublicKey key = public_key("EC", builder.get());
  if (!key) return tl::unexpected<std::string>("is no point on the curve P-256");
  return VerificationKey(SignatureAlgorithm::es256, {}, std::move(key));
}

bool VerificationKey::verifies(std::string_view message, std::string_view signature) const {
  switch (algorithm_) {
    case SignatureAlgorithm::hs256: {
      const Sha256Digest expected = hmac_sha256(secret_, message);
      return signature.size() == expected.size() &&
             CRYPTO_memcmp(signature.data(), expected.data(), expected.size()) == 0;
    }
    case SignatureAlgorithm::rs256:
      return verifies_with_public_key(message, signature);
    case SignatureAlgorithm::es256:
      return verifies_with_public_key(message, der_of(signature));
  }
  return false;
}

bool VerificationKey::verifies_with_public_key(std::string_view message,
                                               std::string_view encoded_signature) const {
  const DigestContext context(EVP_MD_CTX_new());
  if (!context) throw std::bad_alloc();
  // For RSA the padding is PKCS #1 v1.5 unless another is asked for.
  must(EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()));
  const bool genuine = EVP_DigestVerify(context.get(), pointer_to(encoded_signature),
                                        encoded_signature.size(), pointer_to(message), message.size()) == 1;
  if (!genuine) ERR_clear_error();  // TLS takes what it finds there for its own
  return genuine;
}

}  // namespace users
