#include "core/auth/authenticator.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "core/support/base64.h"
#include "tests/support/fakes.h"
#include "tests/support/matchers.h"
#include "tests/support/requests.h"
#include "tests/support/rfc7515.h"
#include "tests/support/tokens.h"

namespace serverless::auth {
namespace {

using namespace serverless::testing;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto hs = SignatureAlgorithm::hs256;
constexpr auto rs = SignatureAlgorithm::rs256;
constexpr auto es = SignatureAlgorithm::es256;

constexpr std::int64_t now = 1767323045;  // the time of FakeClock, in seconds
constexpr const char* issuer = "https://issuer.example";
constexpr const char* audience = "https://orders.example";

/// Returns the claims of a valid token, with `changes`. A change adds or replaces a claim; an empty value
/// removes it.
std::string payload(const std::map<std::string, std::string>& changes = {}) {
  std::map<std::string, std::string> claims = {{"iss", fmt::format("\"{}\"", issuer)},
                                               {"aud", fmt::format("\"{}\"", audience)},
                                               {"sub", R"("ada")"},
                                               {"iat", fmt::to_string(now - 10)},
                                               {"exp", fmt::to_string(now + 300)},
                                               {"scope", R"("orders:read orders:write")"}};
  for (const auto& [name, value] : changes) claims[name] = value;
  std::string text;
  for (const auto& [name, value] : claims)
    if (!value.empty()) text += fmt::format("{}\"{}\":{}", text.empty() ? "" : ",", name, value);
  return "{" + text + "}";
}

/// Returns the WWW-Authenticate challenge of a problem.
std::string challenge_of(const Result<std::string>& result) {
  const auto& headers = result.error().headers;
  return headers.size() == 1 && headers[0].first == "WWW-Authenticate" ? headers[0].second
                                                                       : "not a challenge";
}

std::string rs256_token(const std::string& claims) {
  return signed_token(rs, R"({"alg":"RS256","kid":"rsa","typ":"JWT"})", claims);
}

std::string with_header(std::string_view header) {
  return signed_token(rs, header, payload());
}

/// Returns a token with these three parts.
std::string token_of_parts(std::string_view header, std::string_view payload_text,
                           std::string_view signature) {
  return base64url_encode(header) + "." + base64url_encode(payload_text) + "." + base64url_encode(signature);
}

class AuthenticatorTest : public ::testing::Test {
 protected:
  Result<std::string> caller(const std::string& authorization, std::string_view scope = "orders:read",
                             const Algorithms& algorithms = {rs, es}) {
    FixedKeys keys(
        algorithms.contains(hs)
            ? KeySet::of_secrets({VerificationKey::hmac("another secret of more than 32 bytes").value(),
                                  VerificationKey::hmac(rfc7515::hs256_secret).value()})
            : KeySet::parse(jwks(), algorithms).value().keys);
    Authenticator authenticator(
        {.algorithms = algorithms, .expected = {.issuer = issuer, .audience = audience}}, "orders", keys,
        clock_);
    auto request = a_get();
    if (!authorization.empty()) request.header("Authorization", authorization);
    return authenticator.caller_of(request, scope);
  }
  Result<std::string> bearer(const std::string& token) { return caller("Bearer " + token); }

  FakeClock clock_;
};

TEST_F(AuthenticatorTest, ReturnsTheCallerForATokenOfEachAlgorithm) {
  const std::string ada = "jwt https://issuer.example ada";
  EXPECT_EQ(caller("Bearer " + rs256_token(payload())), ada);
  EXPECT_EQ(caller("Bearer " + signed_token(es, R"({"alg":"ES256","kid":"ec"})", payload())), ada);
  EXPECT_EQ(caller("Bearer " + signed_token(hs, R"({"alg":"HS256"})", payload()), "orders:read", {hs}), ada);
}

TEST_F(AuthenticatorTest, AcceptsEveryFormThatTheStandardsAllow) {
  const std::pair<const char*, std::string> tokens[] = {
      {"no key id, with one key", with_header(R"({"alg":"RS256"})")},
      {"the thumbprint of a certificate, which is ignored, and no key id",
       with_header(R"({"alg":"RS256","x5t":"dGhlIHdyb25nIG9uZQ"})")},
      {"the type of an access token", with_header(R"({"alg":"RS256","kid":"rsa","typ":"at+jwt"})")},
      {"the full type", with_header(R"({"alg":"RS256","kid":"rsa","typ":"application/at+jwt"})")},
      {"the type in lower case", with_header(R"({"alg":"RS256","kid":"rsa","typ":"jwt"})")},
      {"white space in JSON", with_header("{ \"alg\" :\r\n\t\"RS256\" }\n")},
      {"an algorithm with an escape", with_header(R"({"alg":"\u0052S256"})")},
      {"a list of audiences",
       rs256_token(payload({{"aud", R"(["https://other.example","https://orders.example"])"}}))},
      {"scopes in a list", rs256_token(payload({{"scope", R"(["orders:write","orders:read"])"}}))},
      {"scopes in scp", rs256_token(payload({{"scope", ""}, {"scp", R"(["orders:read"])"}}))},
      {"scopes in scp, as a string",
       rs256_token(payload({{"scope", ""}, {"scp", R"("openid orders:read")"}}))},
      {"scopes between several spaces", rs256_token(payload({{"scope", R"("  openid   orders:read ")"}}))},
      {"no iat", rs256_token(payload({{"iat", ""}}))},
      {"nbf now", rs256_token(payload({{"nbf", fmt::to_string(now)}}))},
      {"nbf within the leeway", rs256_token(payload({{"nbf", fmt::to_string(now + 60)}}))},
      {"iat within the leeway", rs256_token(payload({{"iat", fmt::to_string(now + 60)}}))},
      {"exp within the leeway", rs256_token(payload({{"exp", fmt::to_string(now - 59)}}))},
      {"an exp in the far future", rs256_token(payload({{"exp", "99999999999999999999999999"}}))},
      {"unknown claims", rs256_token(payload({{"more", R"({"a":[1,2.5,null]})"}}))},
  };
  for (const auto& [name, token] : tokens)
    EXPECT_TRUE(bearer(token)) << name << ": " << bearer(token).error().cause;
}

/// A forged or malformed token, and a part of the cause in the log.
struct InvalidToken {
  const char* name;
  std::string token;
  const char* cause;
};

std::vector<InvalidToken> invalid_tokens() {
  const std::string good = rs256_token(payload());
  const auto first_dot = good.find('.');
  const auto last_dot = good.rfind('.');
  const std::string text = good.substr(0, last_dot);
  const std::string signature = good.substr(last_dot + 1);
  const auto hmac_with = [](const std::string& key) {
    const std::string header_and_payload =
        base64url_encode(R"({"alg":"HS256","kid":"rsa"})") + "." + base64url_encode(payload());
    return header_and_payload + "." + base64url_encode(hs256_signature(header_and_payload, key));
  };
  const auto unsigned_with = [](const std::string& algorithm) {
    return token_of_parts(fmt::format(R"({{"alg":"{}","kid":"rsa"}})", algorithm), payload(), "");
  };
  const std::string es256_text =
      base64url_encode(R"({"alg":"ES256","kid":"ec"})") + "." + base64url_encode(payload());
  const std::string zeros(64, '\0');
  // The last of the 342 digits has 4 unused bits, so another last digit encodes the same 256 bytes.
  std::string not_canonical = good;
  not_canonical.back() = not_canonical.back() == 'A' ? 'B' : static_cast<char>(not_canonical.back() + 1);

  return {
      // Algorithms
      {"alg none", unsigned_with("none"), "algorithm"},
      {"alg None", unsigned_with("None"), "algorithm"},
      {"alg NONE", unsigned_with("NONE"), "algorithm"},
      {"alg nOnE", unsigned_with("nOnE"), "algorithm"},
      {"alg none with a genuine signature", with_header(R"({"alg":"none","kid":"rsa"})"), "algorithm"},
      {"the unsecured token of RFC 7519, 6.1",
       "eyJhbGciOiJub25lIn0."
       "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
       "cnVlfQ.",
       "algorithm"},
      {"no alg", with_header(R"({"kid":"rsa"})"), "algorithm"},
      {"alg null", with_header(R"({"alg":null})"), "algorithm"},
      {"alg a list", with_header(R"({"alg":["RS256"]})"), "algorithm"},
      {"alg empty", with_header(R"({"alg":""})"), "algorithm"},
      {"alg in lower case", with_header(R"({"alg":"rs256"})"), "algorithm"},
      {"alg with a space", with_header(R"({"alg":"RS256 "})"), "algorithm"},
      {"alg with a zero byte", with_header(R"({"alg":"RS256\u0000"})"), "algorithm"},
      {"alg RS512", with_header(R"({"alg":"RS512","kid":"rsa"})"), "algorithm"},
      {"alg PS256", with_header(R"({"alg":"PS256","kid":"rsa"})"), "algorithm"},
      {"HS256 with the public key in PEM", hmac_with(rsa_public_key_in_pem()), "algorithm"},
      {"HS256 with the public key in DER", hmac_with(rsa_public_key_in_der()), "algorithm"},
      {"HS256 with the modulus", hmac_with(base64url_decode(rfc7515::rsa_n).value()), "algorithm"},
      {"HS256 with the key set", hmac_with(jwks()), "algorithm"},
      {"HS256 with nothing", hmac_with(""), "algorithm"},
      // Keys
      {"ES256 with the id of the RSA key", signed_token(es, R"({"alg":"ES256","kid":"rsa"})", payload()),
       "key"},
      {"RS256 with the id of the EC key", with_header(R"({"alg":"RS256","kid":"ec"})"), "key"},
      {"RS256's signature as ES256", with_header(R"({"alg":"ES256","kid":"ec"})"), "signature"},
      {"ES256's signature as RS256", signed_token(es, R"({"alg":"RS256","kid":"rsa"})", payload()),
       "signature"},
      {"an unknown key id", with_header(R"({"alg":"RS256","kid":"new"})"), "key"},
      {"an empty key id", with_header(R"({"alg":"RS256","kid":""})"), "key"},
      {"a key id that is a path", with_header(R"({"alg":"RS256","kid":"../../../../dev/null"})"), "key"},
      {"a key id that is SQL", with_header(R"({"alg":"RS256","kid":"' UNION SELECT 'key"})"), "key"},
      {"a key id that is a URL", with_header(R"({"alg":"RS256","kid":"https://evil.example/jwks"})"), "key"},
      {"a key id with a zero byte", with_header(R"({"alg":"RS256","kid":"rsa\u0000"})"), "key"},
      {"a key id that is a number", with_header(R"({"alg":"RS256","kid":1})"), "key id"},
      {"a key id that is null", with_header(R"({"alg":"RS256","kid":null})"), "key id"},
      {"its own key in jwk",
       token_of_parts(
           fmt::format(R"({{"alg":"HS256","jwk":{{"kty":"oct","k":"{}"}}}})", rfc7515::hs256_secret),
           payload(), "x"),
       "algorithm"},
      {"its own key in jwk, and an unknown key id",
       with_header(fmt::format(R"({{"alg":"RS256","kid":"new","jwk":{}}})", rsa_jwk(R"("kid":"new")"))),
       "key"},
      {"its own URL of keys in jku",
       with_header(R"({"alg":"RS256","kid":"new","jku":"https://evil.example/jwks"})"), "key"},
      {"its own URL of certificates in x5u",
       with_header(R"({"alg":"RS256","kid":"new","x5u":"https://evil.example/cert"})"), "key"},
      // Headers
      {"crit", with_header(R"({"alg":"RS256","kid":"rsa","crit":["exp"],"exp":1})"), "extension"},
      {"an empty crit", with_header(R"({"alg":"RS256","kid":"rsa","crit":[]})"), "extension"},
      {"crit with b64", with_header(R"({"alg":"RS256","kid":"rsa","crit":["b64"],"b64":false})"),
       "extension"},
      {"b64 without crit", with_header(R"({"alg":"RS256","kid":"rsa","b64":false})"), "extension"},
      {"another type", with_header(R"({"alg":"RS256","kid":"rsa","typ":"logout+jwt"})"), "access token"},
      {"a type that is not a string", with_header(R"({"alg":"RS256","kid":"rsa","typ":null})"),
       "access token"},
      {"a duplicate alg", with_header(R"({"alg":"RS256","alg":"none"})"), "header"},
      {"a duplicate alg with an escape", with_header(R"({"alg":"none","\u0061lg":"RS256"})"), "header"},
      {"a header that is a list", with_header(R"(["RS256"])"), "header"},
      {"a header that is a string", with_header(R"("RS256")"), "header"},
      {"an empty header", with_header(""), "header"},
      {"a header with trailing text", with_header(R"({"alg":"RS256"}x)"), "header"},
      {"a header with a byte-order mark", with_header("\xEF\xBB\xBF{\"alg\":\"RS256\"}"), "header"},
      {"a header in Latin-1", with_header("{\"alg\":\"RS256\",\"x\":\"\xE9\"}"), "header"},
      {"a deeply nested header",
       with_header(R"({"alg":"RS256","x":)" + std::string(17, '[') + std::string(17, ']') + "}"), "header"},
      // Signatures
      {"no signature", text + ".", "signature"},
      {"a truncated signature", good.substr(0, good.size() - 4), "signature"},
      {"a signature with trailing digits", good + "AAAA", "signature"},
      {"a signature of zeros", text + "." + base64url_encode(std::string(256, '\0')), "signature"},
      {"the signature of another payload",
       rs256_token(payload({{"sub", R"("bob")"}})).substr(0, last_dot) + "." + signature, "signature"},
      {"ES256 in DER", es256_text + "." + base64url_encode(es256_signature_in_der(es256_text)), "signature"},
      {"ES256 with r and s zero", es256_text + "." + base64url_encode(zeros), "signature"},
      {"truncated ES256", es256_text + "." + base64url_encode(es256_signature(es256_text).substr(0, 63)),
       "signature"},
      {"ES256 with a trailing byte", es256_text + "." + base64url_encode(es256_signature(es256_text) + '\0'),
       "signature"},
      // Parts and digits
      {"an empty token", "", "three parts"},
      {"two parts", text, "three parts"},
      {"four parts", good + ".AAAA", "three parts"},
      {"five parts, as an encrypted token", good + ".AAAA.AAAA", "three parts"},
      {"only dots", "..", "header"},
      {"padding after the header", good.substr(0, first_dot) + "=" + good.substr(first_dot), "header"},
      {"padding after the signature", good + "==", "signature"},
      {"another last digit", not_canonical, "signature"},
      {"digits of plain base64", text + ".+/" + signature.substr(2), "signature"},
      {"a space in the signature", text + ". " + signature, "signature"},
      {"a line break in the header", "\n" + good, "header"},
      {"a space in the payload", good.substr(0, first_dot + 1) + " " + good.substr(first_dot + 1),
       "signature"},
      {"two tokens", good + ", " + good, "three parts"},
      {"over 8 KiB", rs256_token(payload({{"more", "\"" + std::string(8000, 'x') + "\""}})), "too long"},
      // Payloads with a valid signature
      {"a payload that is not JSON", rs256_token("ada"), "payload"},
      {"a payload that is a list", rs256_token("[" + payload() + "]"), "payload"},
      {"a payload that is a token", rs256_token(good), "payload"},
      {"a duplicate claim", rs256_token(R"({"exp":1,)" + payload().substr(1)), "payload"},
      {"a deeply nested payload",
       rs256_token(payload({{"more", std::string(17, '[') + std::string(17, ']')}})), "payload"},
      {"no exp", rs256_token(payload({{"exp", ""}})), "no expiry"},
      {"exp null", rs256_token(payload({{"exp", "null"}})), "no expiry"},
      {"exp as a string", rs256_token(payload({{"exp", fmt::format("\"{}\"", now + 300)}})), "no expiry"},
      {"exp with a fraction", rs256_token(payload({{"exp", fmt::format("{}.5", now + 300)}})), "no expiry"},
      {"exp with an exponent", rs256_token(payload({{"exp", "1e12"}})), "no expiry"},
      {"exp true", rs256_token(payload({{"exp", "true"}})), "no expiry"},
      {"exp a minute ago", rs256_token(payload({{"exp", fmt::to_string(now - 60)}})), "expired"},
      {"exp 0", rs256_token(payload({{"exp", "0"}})), "expired"},
      {"exp negative", rs256_token(payload({{"exp", "-1"}})), "expired"},
      {"exp very negative", rs256_token(payload({{"exp", "-99999999999999999999999999"}})), "expired"},
      {"nbf in the future", rs256_token(payload({{"nbf", fmt::to_string(now + 61)}})), "not valid yet"},
      {"nbf very large", rs256_token(payload({{"nbf", "99999999999999999999999999"}})), "not valid yet"},
      {"nbf as a string", rs256_token(payload({{"nbf", "\"0\""}})), "not valid yet"},
      {"nbf with a fraction", rs256_token(payload({{"nbf", "0.5"}})), "not valid yet"},
      {"nbf null", rs256_token(payload({{"nbf", "null"}})), "not valid yet"},
      {"iat in the future", rs256_token(payload({{"iat", fmt::to_string(now + 61)}})), "future"},
      {"iat as a string", rs256_token(payload({{"iat", "\"0\""}})), "future"},
      {"no iss", rs256_token(payload({{"iss", ""}})), "issuer"},
      {"another iss", rs256_token(payload({{"iss", R"("https://evil.example")"}})), "issuer"},
      {"iss with an extra slash", rs256_token(payload({{"iss", R"("https://issuer.example/")"}})), "issuer"},
      {"iss in another case", rs256_token(payload({{"iss", R"("https://Issuer.example")"}})), "issuer"},
      {"iss a list", rs256_token(payload({{"iss", R"(["https://issuer.example"])"}})), "issuer"},
      {"no aud", rs256_token(payload({{"aud", ""}})), "audience"},
      {"another aud", rs256_token(payload({{"aud", R"("https://other.example")"}})), "audience"},
      {"aud an empty list", rs256_token(payload({{"aud", "[]"}})), "audience"},
      {"aud a list of others", rs256_token(payload({{"aud", R"(["https://other.example",null,7])"}})),
       "audience"},
      {"aud a list in a list", rs256_token(payload({{"aud", R"([["https://orders.example"]])"}})),
       "audience"},
      {"aud an object", rs256_token(payload({{"aud", R"({"https://orders.example":1})"}})), "audience"},
      {"aud that begins with the expected one",
       rs256_token(payload({{"aud", R"("https://orders.example.evil.example")"}})), "audience"},
      {"no sub", rs256_token(payload({{"sub", ""}})), "no subject"},
      {"an empty sub", rs256_token(payload({{"sub", R"("")"}})), "no subject"},
      {"sub a number", rs256_token(payload({{"sub", "7"}})), "no subject"},
  };
}

TEST_F(AuthenticatorTest, RejectsForgedOrMalformedTokens) {
  ASSERT_GE(invalid_tokens().size(), 30U);
  for (const auto& [name, token, cause] : invalid_tokens()) {
    const auto result = bearer(token);
    ASSERT_THAT(result, IsProblem(Problem::Kind::unauthenticated)) << name;
    EXPECT_THAT(result.error().cause, HasSubstr(cause)) << name;
    EXPECT_EQ(challenge_of(result), R"(Bearer realm="orders", error="invalid_token")") << name;
    EXPECT_EQ(result.error().detail, "The request must carry a valid bearer token.")
        << name << ": the client does not learn the reason";
  }
}

TEST_F(AuthenticatorTest, AcceptsTokensOfAtMost8192Bytes) {
  std::string filler;
  const auto filled = [&] { return rs256_token(payload({{"more", "\"" + filler + "\""}})); };
  filler.resize((8188 - filled().size()) / 4 * 3, 'x');
  std::string largest;
  std::string next = filled();
  for (; next.size() <= 8192; next = filled()) {
    largest = std::move(next);
    filler += 'x';
  }
  EXPECT_GE(largest.size(), 8190U);
  EXPECT_LE(next.size(), 8194U);
  EXPECT_TRUE(bearer(largest));
  EXPECT_EQ(bearer(next).error().cause, "the token is too long");
}

TEST_F(AuthenticatorTest, IgnoresTheThumbprintOfACertificate) {
  const std::string two = fmt::format(R"({{"keys":[{},{}]}})", rsa_jwk(R"("kid":"a","x5t":"YQ")"),
                                      rsa_jwk(R"("kid":"b","x5t":"Yg")"));
  FixedKeys keys(KeySet::parse(two, {rs}).value().keys);
  Authenticator authenticator({.algorithms = {rs}, .expected = {.issuer = issuer, .audience = audience}},
                              "orders", keys, clock_);
  const auto request =
      a_get().header("Authorization", "Bearer " + with_header(R"({"alg":"RS256","x5t":"YQ"})"));
  EXPECT_EQ(authenticator.caller_of(request, "orders:read").error().cause, "the key is unknown");
}

TEST_F(AuthenticatorTest, NeverLogsTheContentOfAToken) {
  for (const char* secret : {"s3cret-claim", "s3cret-claim\\u0000"}) {
    const std::string text = fmt::format("\"{}\"", secret);
    const std::string tokens[] = {
        rs256_token(payload({{"iss", text}})),
        rs256_token(payload({{"aud", text}})),
        rs256_token(fmt::format(R"({{"{0}":1,"{0}":2}})", secret)),
        rs256_token(std::string("{") + secret),
        with_header(fmt::format(R"({{"alg":{}}})", text)),
        with_header(fmt::format(R"({{"alg":"RS256","kid":{}}})", text)),
        with_header(fmt::format(R"({{"alg":"RS256","typ":{}}})", text)),
    };
    for (const std::string& token : tokens)
      EXPECT_THAT(bearer(token).error().cause, Not(HasSubstr("s3cret")));
  }
}

TEST_F(AuthenticatorTest, RejectsAlgorithmsThatAreNotConfigured) {
  const std::string rsa = "Bearer " + rs256_token(payload());
  const std::string ec = "Bearer " + signed_token(es, R"({"alg":"ES256","kid":"ec"})", payload());
  const std::string secret = "Bearer " + signed_token(hs, R"({"alg":"HS256"})", payload());
  const auto allowed = [&](const std::string& token, const Algorithms& algorithms) {
    return caller(token, "orders:read", algorithms).has_value();
  };
  EXPECT_TRUE(allowed(rsa, {rs}));
  EXPECT_FALSE(allowed(ec, {rs}));
  EXPECT_FALSE(allowed(rsa, {es}));
  EXPECT_TRUE(allowed(ec, {es}));
  EXPECT_FALSE(allowed(secret, {rs, es}));
  EXPECT_FALSE(allowed(rsa, {hs}));
  EXPECT_FALSE(allowed(ec, {hs}));
  EXPECT_TRUE(allowed(secret, {hs}));
}

TEST_F(AuthenticatorTest, ChallengesARequestWithoutABearerToken) {
  const std::string token = rs256_token(payload());
  for (const std::string& authorization :
       {std::string(), std::string("Basic YWRhOnNlY3JldA=="), "Bearer" + token, "BearerX " + token, token,
        "Token " + token, std::string("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE"),
        "\"Bearer " + token + "\""}) {
    const auto result = caller(authorization);
    ASSERT_THAT(result, IsProblem(Problem::Kind::unauthenticated)) << authorization;
    EXPECT_EQ(challenge_of(result), R"(Bearer realm="orders")") << "RFC 6750, section 3.1: no error code";
  }
}

TEST_F(AuthenticatorTest, AcceptsTheSchemeRegardlessOfCase) {
  const std::string token = rs256_token(payload());
  for (const char* scheme : {"Bearer ", "bearer ", "BEARER ", "Bearer   "})
    EXPECT_TRUE(caller(scheme + token)) << scheme;
  for (const char* scheme : {"Bearer", "Bearer "})
    EXPECT_THAT(challenge_of(caller(scheme)), HasSubstr("invalid_token")) << scheme;
}

TEST_F(AuthenticatorTest, ForbidsRequestsWithoutTheRequiredScope) {
  const std::string scopes[] = {"",
                                R"("")",
                                R"("orders:read")",
                                R"("orders:writer orders:WRITE xorders:write")",
                                R"("orders:write,orders:read")",
                                R"(["orders:read"])",
                                "null",
                                "7",
                                R"({"orders:write":1})",
                                R"("orders:*")"};
  for (const std::string& scope : scopes) {
    const auto result = caller("Bearer " + rs256_token(payload({{"scope", scope}})), "orders:write");
    ASSERT_THAT(result, IsProblem(Problem::Kind::forbidden)) << scope;
    EXPECT_EQ(challenge_of(result),
              R"(Bearer realm="orders", error="insufficient_scope", scope="orders:write")");
  }
  EXPECT_TRUE(caller("Bearer " + rs256_token(payload({{"scope", R"("orders:write")"}})), "orders:write"));
}

TEST_F(AuthenticatorTest, DistinguishesCallersByTheirSubject) {
  EXPECT_EQ(bearer(rs256_token(payload({{"sub", R"("bob")"}}))), "jwt https://issuer.example bob");
}

TEST_F(AuthenticatorTest, IsUnavailableWithoutKeys) {
  struct NoKeys final : Keys {
    Result<std::vector<const VerificationKey*>> find(SignatureAlgorithm,
                                                     const std::optional<std::string>&) override {
      return failure(Problem::unavailable("there are no keys"));
    }
  } keys;
  Authenticator authenticator({.algorithms = {rs}, .expected = {.issuer = issuer, .audience = audience}},
                              "orders", keys, clock_);
  const auto request = a_get().header("Authorization", "Bearer " + rs256_token(payload()));
  EXPECT_THAT(authenticator.caller_of(request, "orders:read"), IsProblem(Problem::Kind::unavailable));
}

}  // namespace
}  // namespace serverless::auth
