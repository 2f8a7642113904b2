#include "core/auth/verification_key.h"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "core/support/bytes.h"
#include "core/support/openssl_result.h"
#include "core/support/owned.h"

namespace serverless::auth {
namespace {

using Number = Owned<BIGNUM, BN_free>;
using ParamBuilder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Params = Owned<OSSL_PARAM, OSSL_PARAM_free>;
using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using EcdsaSignature = Owned<ECDSA_SIG, ECDSA_SIG_free>;
using Verifier = std::shared_ptr<EVP_PKEY_CTX>;

constexpr std::size_t min_secret_bytes = 32;
constexpr int min_rsa_bits = 2048;
/// The time to verify a signature grows with the square of the size.
constexpr int max_rsa_bits = 8192;
constexpr int max_exponent_bits = 32;
constexpr std::size_t coordinate_bytes = 32;

/// Returns the number that big-endian bytes encode.
Number number(std::string_view bytes) {
  return Number(must_exist(BN_bin2bn(pointer_to(bytes), static_cast<int>(bytes.size()), nullptr)));
}

/// Returns a context that verifies with the key that has these parameters, or a null pointer when they are
/// invalid. OpenSSL looks the algorithms up here, once for all signatures.
Verifier verifier_of(const char* type, OSSL_PARAM_BLD* builder) {
  const Params params(must_exist(OSSL_PARAM_BLD_to_param(builder)));
  const KeyContext context(must_exist(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)));
  EVP_PKEY* made = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  const Key key(made);
  Verifier verifier(must_exist(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr)), EVP_PKEY_CTX_free);
  // The default padding of RSA is PKCS #1 v1.5.
  must(EVP_PKEY_verify_init(verifier.get()));
  must(EVP_PKEY_CTX_set_signature_md(verifier.get(), EVP_sha256()));
  return verifier;
}

/// Converts the signature of a token, two concatenated numbers, to the DER form that OpenSSL expects. Returns
/// an empty text when the length is wrong (RFC 7518, section 3.4).
std::string der_of(std::string_view signature) {
  if (signature.size() != 2 * coordinate_bytes) return {};
  const EcdsaSignature numbers(must_exist(ECDSA_SIG_new()));
  must(ECDSA_SIG_set0(numbers.get(), number(signature.substr(0, coordinate_bytes)).release(),
                      number(signature.substr(coordinate_bytes)).release()));
  std::string der(static_cast<std::size_t>(i2d_ECDSA_SIG(numbers.get(), nullptr)), '\0');
  auto* end = reinterpret_cast<unsigned char*>(der.data());
  i2d_ECDSA_SIG(numbers.get(), &end);
  return der;
}

}  // namespace

tl::expected<VerificationKey, std::string> VerificationKey::hmac(std::string_view secret) {
  if (secret.size() < min_secret_bytes)
    return tl::unexpected(fmt::format("must have at least {} bytes", min_secret_bytes));
  return VerificationKey(SignatureAlgorithm::hs256, HmacSha256(secret), nullptr);
}

tl::expected<VerificationKey, std::string> VerificationKey::rsa(std::string_view modulus,
                                                                std::string_view exponent) {
  const Number n = number(modulus);
  const Number e = number(exponent);
  if (BN_num_bits(n.get()) < min_rsa_bits)
    return tl::unexpected(fmt::format("must have at least {} bits", min_rsa_bits));
  if (BN_num_bits(n.get()) > max_rsa_bits)
    return tl::unexpected(fmt::format("must have at most {} bits", max_rsa_bits));
  // With the exponent 1, every text would be its own signature.
  if (BN_is_odd(e.get()) == 0 || BN_is_one(e.get()) == 1 || BN_num_bits(e.get()) > max_exponent_bits)
    return tl::unexpected<std::string>("must have an odd RSA exponent above 1, of at most 32 bits");

  const ParamBuilder builder(must_exist(OSSL_PARAM_BLD_new()));
  must(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()));
  must(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()));
  Verifier verifier = verifier_of("RSA", builder.get());
  if (!verifier) return tl::unexpected<std::string>("must be an RSA key");
  return VerificationKey(SignatureAlgorithm::rs256, {}, std::move(verifier));
}

tl::expected<VerificationKey, std::string> VerificationKey::p256(std::string_view x, std::string_view y) {
  if (x.size() != coordinate_bytes || y.size() != coordinate_bytes)
    return tl::unexpected(fmt::format("must have coordinates of {} bytes", coordinate_bytes));
  std::string point = "\x04";  // uncompressed (SEC 1, section 2.3.3)
  point.append(x).append(y);

  const ParamBuilder builder(must_exist(OSSL_PARAM_BLD_new()));
  must(OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0));
  must(OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()));
  Verifier verifier = verifier_of("EC", builder.get());
  if (!verifier) return tl::unexpected<std::string>("must be a point on the curve P-256");
  return VerificationKey(SignatureAlgorithm::es256, {}, std::move(verifier));
}

bool VerificationKey::verifies(std::string_view message, std::string_view signature) const {
  switch (algorithm_) {
    case SignatureAlgorithm::hs256: {
      const Sha256Digest expected = secret_->of(message);
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
  const Sha256Digest digest = sha256(message);
  const bool genuine =
      EVP_PKEY_verify(static_cast<EVP_PKEY_CTX*>(verifier_.get()), pointer_to(encoded_signature),
                      encoded_signature.size(), digest.data(), digest.size()) == 1;
  if (!genuine) ERR_clear_error();  // TLS would otherwise report the error as its own
  return genuine;
}

}  // namespace serverless::auth
