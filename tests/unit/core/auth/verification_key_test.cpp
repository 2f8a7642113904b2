#include "core/auth/verification_key.h"

#include <gmock/gmock.h>

#include "core/support/base64.h"
#include "tests/support/rfc7515.h"
#include "tests/support/tokens.h"

namespace serverless::auth::testing {
namespace {

using namespace serverless::testing;

using ::testing::HasSubstr;

std::string bytes(std::string_view base64url) {
  return base64url_decode(base64url).value();
}

VerificationKey rsa_key() {
  return VerificationKey::rsa(bytes(rfc7515::rsa_n), bytes(rfc7515::rsa_e)).value();
}
VerificationKey ec_key() {
  return VerificationKey::p256(bytes(rfc7515::ec_x), bytes(rfc7515::ec_y)).value();
}
VerificationKey secret_key() {
  return VerificationKey::hmac(bytes(rfc7515::hs256_secret)).value();
}

/// Returns the signed text of a token, and the signature.
std::pair<std::string_view, std::string> parts(std::string_view token) {
  const auto dot = token.rfind('.');
  return {token.substr(0, dot), bytes(token.substr(dot + 1))};
}

struct Example {
  const char* name;
  VerificationKey key;
  std::string_view token;
};

/// Returns the examples of RFC 7515, appendix A.
std::vector<Example> examples() {
  return {{"A.1", secret_key(), rfc7515::hs256_token},
          {"A.2", rsa_key(), rfc7515::rs256_token},
          {"A.3", ec_key(), rfc7515::es256_token}};
}

TEST(VerificationKey, VerifiesTheSignaturesOfRfc7515) {
  for (const auto& [name, key, token] : examples()) {
    const auto [text, signature] = parts(token);
    EXPECT_TRUE(key.verifies(text, signature)) << name;
  }
}

TEST(VerificationKey, RejectsASignatureOrATextWithAFlippedBit) {
  for (const auto& [name, key, token] : examples()) {
    const auto [text, signature] = parts(token);
    for (std::size_t i = 0; i < signature.size(); ++i) {
      std::string other = signature;
      other[i] = static_cast<char>(other[i] ^ 0x10);
      EXPECT_FALSE(key.verifies(text, other)) << name << " at byte " << i;
    }
    for (std::size_t i = 0; i < text.size(); i += 7) {
      std::string other(text);
      other[i] = static_cast<char>(other[i] ^ 0x01);
      EXPECT_FALSE(key.verifies(other, signature)) << name << " at byte " << i;
    }
    EXPECT_TRUE(key.verifies(text, signature)) << name << " after refusals";
  }
}

TEST(VerificationKey, RejectsASignatureOfAnotherLength) {
  for (const auto& [name, key, token] : examples()) {
    const auto [text, signature] = parts(token);
    for (const std::string& other :
         {std::string(), signature.substr(1), signature.substr(0, signature.size() - 1), signature + '\0',
          '\0' + signature, signature + signature})
      EXPECT_FALSE(key.verifies(text, other)) << name << ", " << other.size() << " bytes";
  }
}

TEST(VerificationKey, RejectsTheSignatureOfAnotherAlgorithm) {
  for (const auto& [name, key, token] : examples())
    for (const auto& [other_name, other_key, other_token] : examples()) {
      const auto [text, signature] = parts(token);
      EXPECT_EQ(other_key.verifies(text, signature), name == other_name)
          << name << " by the key of " << other_name;
    }
}

TEST(VerificationKey, AcceptsAnEcdsaSignatureOnlyAsTwoNumbersInRange) {
  const std::string text = "text";
  const std::string genuine = es256_signature(text);
  ASSERT_TRUE(ec_key().verifies(text, genuine));
  EXPECT_FALSE(ec_key().verifies(text, es256_signature_in_der(text)));

  const std::string zero(32, '\0');
  const std::string order =
      "\xFF\xFF\xFF\xFF" + std::string(4, '\0') + std::string(8, '\xFF') +
      "\xBC\xE6\xFA\xAD\xA7\x17\x9E\x84\xF3\xB9\xCA\xC2\xFC\x63\x25\x51";  // the order of P-256
  ASSERT_EQ(order.size(), 32U);
  const std::string r = genuine.substr(0, 32);
  const std::string s = genuine.substr(32);
  for (const std::string& other :
       {zero + zero, zero + s, r + zero, order + s, r + order, order + order, std::string(64, '\xFF'), s + r})
    EXPECT_FALSE(ec_key().verifies(text, other));
}

TEST(VerificationKey, RejectsAWeakSecret) {
  EXPECT_TRUE(VerificationKey::hmac(std::string(32, 'x')));
  for (const std::size_t size : {0U, 1U, 31U})
    EXPECT_THAT(VerificationKey::hmac(std::string(size, 'x')).error(), HasSubstr("32 bytes"));
}

TEST(VerificationKey, RejectsAWeakOrInvalidRsaKey) {
  const std::string n = bytes(rfc7515::rsa_n);
  const std::string e = bytes(rfc7515::rsa_e);
  EXPECT_TRUE(VerificationKey::rsa(n, "\x03"));
  EXPECT_TRUE(VerificationKey::rsa(std::string(3, '\0') + n, e)) << "leading zeros are ignored";
  EXPECT_THAT(VerificationKey::rsa(n.substr(1), e).error(), HasSubstr("2048 bits"));
  EXPECT_THAT(VerificationKey::rsa("", e).error(), HasSubstr("2048 bits"));
  EXPECT_THAT(VerificationKey::rsa(std::string(64, '\0') + n.substr(64), e).error(), HasSubstr("2048 bits"));
  EXPECT_THAT(VerificationKey::rsa(std::string(1025, '\x7F'), e).error(), HasSubstr("8192 bits"));
  for (const std::string& exponent : {std::string(), std::string("\0", 1), std::string("\x01"),
                                      std::string("\x02"), std::string("\x01\x00\x00\x00\x01", 5)})
    EXPECT_THAT(VerificationKey::rsa(n, exponent).error(), HasSubstr("exponent"));
}

TEST(VerificationKey, RejectsAPointThatIsNotOnTheCurve) {
  const std::string x = bytes(rfc7515::ec_x);
  const std::string y = bytes(rfc7515::ec_y);
  std::string other = y;
  other.back() = static_cast<char>(other.back() ^ 1);
  EXPECT_THAT(VerificationKey::p256(x, other).error(), HasSubstr("must be a point"));
  EXPECT_THAT(VerificationKey::p256(y, x).error(), HasSubstr("must be a point"));
  EXPECT_THAT(VerificationKey::p256(std::string(32, '\0'), std::string(32, '\0')).error(),
              HasSubstr("must be a point"));
  EXPECT_THAT(VerificationKey::p256(std::string(32, '\xFF'), y).error(), HasSubstr("must be a point"));
  EXPECT_THAT(VerificationKey::p256(x.substr(1), y).error(), HasSubstr("32 bytes"));
  EXPECT_THAT(VerificationKey::p256('\0' + x, y).error(), HasSubstr("32 bytes"));
  EXPECT_THAT(VerificationKey::p256("", "").error(), HasSubstr("32 bytes"));
}

}  // namespace
}  // namespace serverless::auth::testing
