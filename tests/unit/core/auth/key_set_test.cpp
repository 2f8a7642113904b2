#include "core/auth/key_set.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/support/rfc7515.h"
#include "tests/support/tokens.h"

namespace serverless::auth {
namespace {

using namespace serverless::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using enum SignatureAlgorithm;

ParsedKeySet parsed(const std::string& keys, const Algorithms& algorithms = {rs256, es256}) {
  return KeySet::parse(fmt::format(R"({{"keys":[{}]}})", keys), algorithms).value();
}

TEST(KeySetTest, FindsAKeyByItsIdAndAlgorithm) {
  const auto set = parsed(rsa_jwk() + "," + ec_jwk()).keys;
  EXPECT_EQ(set.find(rs256, "rsa").at(0)->algorithm(), rs256);
  EXPECT_EQ(set.find(es256, "ec").at(0)->algorithm(), es256);
  EXPECT_THAT(set.find(rs256, "ec"), IsEmpty());
  EXPECT_THAT(set.find(es256, "rsa"), IsEmpty());
  EXPECT_THAT(set.find(hs256, "rsa"), IsEmpty());
  EXPECT_THAT(set.find(rs256, ""), IsEmpty());
  EXPECT_THAT(set.find(rs256, "../rsa"), IsEmpty());
}

TEST(KeySetTest, FindsTheOnlyKeyOfAnAlgorithmWithoutAnId) {
  const auto set = parsed(rsa_jwk() + "," + ec_jwk(R"("kid":"a")") + "," + ec_jwk(R"("kid":"b")")).keys;
  EXPECT_THAT(set.find(rs256, std::nullopt), SizeIs(1));
  EXPECT_THAT(set.find(es256, std::nullopt), IsEmpty()) << "two keys match";
}

TEST(KeySetTest, FindsAKeyWithoutAnIdOnlyWithoutAnId) {
  const auto set = parsed(rsa_jwk(R"("use":"sig")")).keys;
  EXPECT_THAT(set.find(rs256, std::nullopt), SizeIs(1));
  EXPECT_THAT(set.find(rs256, "rsa"), IsEmpty());
  EXPECT_THAT(set.find(rs256, ""), IsEmpty());
}

TEST(KeySetTest, FindsAllKeysWithTheSameIdAndAlgorithm) {
  EXPECT_THAT(parsed(rsa_jwk() + "," + rsa_jwk()).keys.find(rs256, "rsa"), SizeIs(2));
  EXPECT_THAT(parsed(rsa_jwk(R"("kid":"a")") + "," + ec_jwk(R"("kid":"a")")).keys.find(rs256, "a"),
              SizeIs(1));
}

TEST(KeySetTest, ContainsOnlyKeysOfConfiguredAlgorithms) {
  const auto set = parsed(rsa_jwk() + "," + ec_jwk(), {es256}).keys;
  EXPECT_THAT(set.find(rs256, "rsa"), IsEmpty());
  EXPECT_THAT(set.find(es256, "ec"), SizeIs(1));
}

TEST(KeySetTest, IgnoresKeysForOtherPurposes) {
  for (const char* more :
       {R"("kid":"x","use":"enc")", R"("kid":"x","use":1)", R"("kid":"x","key_ops":["encrypt"])",
        R"("kid":"x","key_ops":[])", R"("kid":"x","alg":"RS512")", R"("kid":"x","alg":"HS256")",
        R"("kid":"x","alg":"ES256")"}) {
    const auto set = parsed(rsa_jwk(more) + "," + ec_jwk());
    EXPECT_THAT(set.keys.find(rs256, "x"), IsEmpty()) << more;
    EXPECT_THAT(set.rejected, IsEmpty()) << more;
  }
  for (const char* more : {R"("kid":"x","use":"sig")", R"("kid":"x","key_ops":["sign","verify"])",
                           R"("kid":"x","alg":"RS256","x5c":["ignored"],"more":{})"})
    EXPECT_THAT(parsed(rsa_jwk(more)).keys.find(rs256, "x"), SizeIs(1)) << more;
}

TEST(KeySetTest, NeverContainsASecret) {
  const std::string secret =
      R"({"kty":"oct","kid":"s","alg":"HS256","k":")" + std::string(rfc7515::hs256_secret) + "\"}";
  EXPECT_THAT(parsed(secret + "," + rsa_jwk(), {hs256, rs256}).keys.find(hs256, "s"), IsEmpty());
}

TEST(KeySetTest, NamesWhatIsWrongWithAKey) {
  const std::pair<std::string, const char*> cases[] = {
      {R"({"kty":"RSA","kid":"x"})", "n in base64url"},
      {R"({"kty":"RSA","kid":"x","n":7,"e":"AQAB"})", "n in base64url"},
      {R"({"kty":"RSA","kid":"x","n":"","e":"AQAB"})", "2048"},
      {R"({"kty":"RSA","kid":"x","n":"AQAB","e":"AQAB"})", "2048"},
      {fmt::format(R"({{"kty":"RSA","kid":"x","n":"{}="}})", rfc7515::rsa_n), "n in base64url"},
      {fmt::format(R"({{"kty":"RSA","kid":"x","n":"{}+/","e":"AQAB"}})", rfc7515::rsa_n), "n in base64url"},
      {fmt::format(R"({{"kty":"RSA","kid":"x","n":"{}"}})", rfc7515::rsa_n), "e in base64url"},
      {fmt::format(R"({{"kty":"RSA","kid":"x","n":"{}","e":"AQAB="}})", rfc7515::rsa_n), "e in base64url"},
      {fmt::format(R"({{"kty":"RSA","kid":"x","n":"{}","e":""}})", rfc7515::rsa_n), "exponent"},
      {fmt::format(R"({{"kty":"EC","crv":"P-256","kid":"x","x":"{0}=","y":"{0}"}})", rfc7515::ec_x),
       "x in base64url"},
      {fmt::format(R"({{"kty":"EC","crv":"P-256","kid":"x","x":"{}"}})", rfc7515::ec_x), "y in base64url"},
      {fmt::format(R"({{"kty":"EC","crv":"P-256","kid":"x","x":"{}","y":"AQAB"}})", rfc7515::ec_x),
       "32 bytes"},
      {fmt::format(R"({{"kty":"EC","crv":"P-256","kid":"x","x":"{0}","y":"{0}"}})", rfc7515::ec_x),
       "must be a point"},
  };
  for (const auto& [jwk, reason] : cases) {
    const auto set = parsed(jwk + "," + ec_jwk());
    EXPECT_THAT(set.rejected, ElementsAre(AllOf(HasSubstr("\"x\""), HasSubstr(reason)))) << jwk;
    EXPECT_THAT(set.keys.find(es256, "ec"), SizeIs(1));
  }
}

TEST(KeySetTest, IgnoresOtherCurvesAndKeyTypes) {
  const std::string others = R"({"kty":"EC","crv":"P-384","x":"AA","y":"AA"},{"kty":"EC","crv":"secp256k1"},)"
                             R"({"kty":"OKP","crv":"Ed25519","x":"AA"},{"kty":"new"},{},[],null,7,)";
  EXPECT_THAT(parsed(others + ec_jwk()).rejected, IsEmpty());
}

TEST(KeySetTest, IsEmptyWithoutAUsableKey) {
  EXPECT_TRUE(parsed("").keys.empty());
  EXPECT_TRUE(parsed(rsa_jwk(), {es256}).keys.empty());
  EXPECT_FALSE(parsed(rsa_jwk(), {rs256}).keys.empty());
}

TEST(KeySetTest, RejectsTextThatIsNotAKeySet) {
  for (const char* text : {"", "{}", "[]", "null", R"({"keys":null})", R"({"keys":{}})", "<html></html>",
                           R"({"keys":[],"keys":[]})"})
    EXPECT_THAT(KeySet::parse(text, {rs256}).error(), HasSubstr("not a JSON Web Key Set")) << text;
}

}  // namespace
}  // namespace serverless::auth
