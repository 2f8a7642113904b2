#include "core/app/authentication_settings.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/support/fakes.h"
#include "tests/support/rfc7515.h"
#include "tests/support/tokens.h"

namespace serverless::testing {
namespace {

using auth::SignatureAlgorithm;

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::ThrowsMessage;

using Variables = std::map<std::string, std::string>;

constexpr const char* secret = "a secret of thirty-two bytes, or more";
constexpr const char* url = "https://issuer.example/.well-known/jwks.json";

/// Returns the variables for a secret, with `changes`.
Variables with(const Variables& changes) {
  Variables variables = {{"AUTH_MODE", "jwt"},
                         {"JWT_ALGORITHMS", "HS256"},
                         {"JWT_ISSUER", "https://issuer.example"},
                         {"JWT_AUDIENCE", "orders"},
                         {"JWT_SECRET", secret}};
  for (const auto& [name, value] : changes) variables[name] = value;
  return variables;
}

Variables with_keys(const Variables& changes) {
  Variables variables = {{"JWT_ALGORITHMS", "RS256"}, {"JWT_SECRET", ""}};
  for (const auto& [name, value] : changes) variables[name] = value;
  return with(variables);
}

std::optional<AuthenticationSettings> settings(const Variables& variables) {
  return AuthenticationSettings::from(FakeEnvironment(variables));
}

/// Returns a function that reads the settings, for ThrowsMessage.
auto reading(const Variables& variables) {
  return [variables] { settings(variables); };
}

class JwksFile {
 public:
  explicit JwksFile(const std::string& text) { std::ofstream(path_) << text; }
  ~JwksFile() { std::filesystem::remove(path_); }
  JwksFile(const JwksFile&) = delete;
  JwksFile& operator=(const JwksFile&) = delete;
  std::string path() const { return path_; }

 private:
  std::string path_ = ::testing::TempDir() + "jwks-" + std::to_string(getpid()) + ".json";
};

TEST(AuthenticationSettings, AreAbsentUnlessEnabled) {
  EXPECT_FALSE(settings({}));
  EXPECT_FALSE(settings({{"AUTH_MODE", "none"}, {"JWT_SECRET", "weak"}, {"JWT_ALGORITHMS", "none"}}));
}

TEST(AuthenticationSettings, IgnoreAnEmptyOptionalVariable) {
  EXPECT_TRUE(settings(with({{"JWT_SECRET_PREVIOUS", ""}, {"JWT_JWKS_URL", ""}, {"JWT_JWKS_FILE", ""}})));
  EXPECT_TRUE(
      settings(with_keys({{"JWT_JWKS_URL", url}, {"JWT_JWKS_FILE", ""}, {"JWT_SECRET_PREVIOUS", ""}})));
}

TEST(AuthenticationSettings, ReadASecret) {
  const auto found = settings(with({})).value();
  EXPECT_EQ(found.policy.algorithms, auth::Algorithms{SignatureAlgorithm::hs256});
  EXPECT_EQ(found.policy.expected.issuer, "https://issuer.example");
  EXPECT_EQ(found.policy.expected.audience, "orders");
  EXPECT_THAT(std::get<auth::KeySet>(found.keys).find(SignatureAlgorithm::hs256, "any"), SizeIs(1));
}

TEST(AuthenticationSettings, ReadThePreviousSecretToo) {
  const auto found =
      settings(with({{"JWT_SECRET_PREVIOUS", "another secret, of thirty-six bytes."}})).value();
  EXPECT_THAT(std::get<auth::KeySet>(found.keys).find(SignatureAlgorithm::hs256, std::nullopt), SizeIs(2));
}

TEST(AuthenticationSettings, ReadAUrlOfKeys) {
  for (const char* one :
       {url, "https://issuer.example:8443/keys?v=1", "http://127.0.0.1:3001/jwks", "http://localhost/jwks",
        "http://[::1]:3001/jwks", "http://localhost?v=1", "https://issuer.example/@/keys"})
    EXPECT_EQ(std::get<std::string>(settings(with_keys({{"JWT_JWKS_URL", one}}))->keys), one);
}

TEST(AuthenticationSettings, ReadAFileOfKeys) {
  const JwksFile file(jwks());
  const auto found =
      settings(with_keys({{"JWT_ALGORITHMS", "RS256,ES256"}, {"JWT_JWKS_FILE", file.path()}})).value();
  EXPECT_THAT(std::get<auth::KeySet>(found.keys).find(SignatureAlgorithm::rs256, "rsa"), SizeIs(1));
  EXPECT_THAT(std::get<auth::KeySet>(found.keys).find(SignatureAlgorithm::es256, "ec"), SizeIs(1));
}

TEST(AuthenticationSettings, RejectAFileWithAWeakKeyOrWithoutAKey) {
  const std::pair<std::string, const char*> cases[] = {
      {"", "not a JSON Web Key Set"},
      {R"({"keys":[]})", "must have a key for JWT_ALGORITHMS"},
      {R"({"keys":[)" + ec_jwk() + "]}", "must have a key for JWT_ALGORITHMS"},
      {R"({"keys":[)" + rsa_jwk() + R"(,{"kty":"RSA","kid":"weak","n":"AQAB","e":"AQAB"}]})", "2048 bits"},
      {R"({"keys":[{"kty":"RSA","kid":"padded","n":"AQAB=","e":"AQAB"}]})",
       R"(the key "padded" must have n in base64url)"},
  };
  for (const auto& [text, reason] : cases) {
    const JwksFile file(text);
    EXPECT_THAT(reading(with_keys({{"JWT_JWKS_FILE", file.path()}})),
                ThrowsMessage<ConfigurationError>(AllOf(HasSubstr("JWT_JWKS_FILE"), HasSubstr(reason))));
  }
}

TEST(AuthenticationSettings, NameAMissingVariable) {
  for (const char* name : {"JWT_ALGORITHMS", "JWT_ISSUER", "JWT_AUDIENCE", "JWT_SECRET"})
    EXPECT_THAT(reading(with({{name, ""}})),
                ThrowsMessage<ConfigurationError>(AllOf(HasSubstr(name), HasSubstr("must be set"))));
  EXPECT_THAT(reading(with_keys({})),
              ThrowsMessage<ConfigurationError>(AllOf(HasSubstr("JWT_JWKS_URL"), HasSubstr("must be set"))));
}

TEST(AuthenticationSettings, NameAnInvalidVariable) {
  const std::pair<const char*, Variables> cases[] = {
      {"AUTH_MODE", with({{"AUTH_MODE", ""}})},
      {"AUTH_MODE", with({{"AUTH_MODE", "JWT"}})},
      {"AUTH_MODE", with({{"AUTH_MODE", "jwt "}})},
      {"AUTH_MODE", with({{"AUTH_MODE", "off"}})},
      {"JWT_ALGORITHMS", with({{"JWT_ALGORITHMS", "none"}})},
      {"JWT_ALGORITHMS", with({{"JWT_ALGORITHMS", "HS256,none"}})},
      {"JWT_ALGORITHMS", with({{"JWT_ALGORITHMS", "HS256,RS256"}})},
      {"JWT_ALGORITHMS", with({{"JWT_ALGORITHMS", "HS512"}})},
      {"JWT_SECRET", with({{"JWT_SECRET", "a secret of thirty-one bytes..."}})},
      {"JWT_SECRET", with_keys({{"JWT_SECRET", secret}, {"JWT_JWKS_URL", url}})},
      {"JWT_SECRET_PREVIOUS", with({{"JWT_SECRET_PREVIOUS", "a secret of thirty-one bytes..."}})},
      {"JWT_SECRET_PREVIOUS", with_keys({{"JWT_SECRET_PREVIOUS", secret}, {"JWT_JWKS_URL", url}})},
      {"JWT_JWKS_URL", with({{"JWT_JWKS_URL", url}})},
      {"JWT_JWKS_FILE", with({{"JWT_JWKS_FILE", "/dev/null"}})},
      {"JWT_JWKS_URL", with_keys({{"JWT_JWKS_URL", url}, {"JWT_JWKS_FILE", "/dev/null"}})},
      {"JWT_JWKS_FILE", with_keys({{"JWT_JWKS_FILE", "/there/is/no/such/file.json"}})},
  };
  for (const auto& [name, variables] : cases)
    EXPECT_THAT(reading(variables), ThrowsMessage<ConfigurationError>(HasSubstr(name)));
}

TEST(AuthenticationSettings, RejectAnInsecureOrMalformedUrl) {
  for (const char* one :
       {"http://issuer.example/jwks", "http://127.0.0.1.evil.example/jwks",
        "http://localhost.evil.example/jwks", "http://[::1].evil.example/jwks",
        "http://localhost:80@evil.example", "http://localhost@evil.example/jwks", "https://", "https:///jwks",
        "https://name@issuer.example/jwks", "https://issuer.example/ключи",
        "https://issuer.example/jwks#keys", "https://issuer.example/jw ks", "file:///etc/jwks.json",
        "issuer.example", "HTTPS://issuer.example/jwks"})
    EXPECT_THAT(reading(with_keys({{"JWT_JWKS_URL", one}})),
                ThrowsMessage<ConfigurationError>(HasSubstr("JWT_JWKS_URL")))
        << one;
}

TEST(AuthenticationSettings, NeverQuoteASecret) {
  for (const Variables& changes : {Variables{{"JWT_SECRET", "weak secret"}}, Variables{{"JWT_ISSUER", ""}},
                                   Variables{{"JWT_ALGORITHMS", "RS256"}}})
    EXPECT_THAT(reading(with(changes)), ThrowsMessage<ConfigurationError>(
                                            AllOf(Not(HasSubstr("weak secret")), Not(HasSubstr(secret)))));
}

}  // namespace
}  // namespace serverless::testing
