// Bearer tokens: as a client sends them, and with a valid signature.
//
// An input is used twice: as the value of Authorization, and as the header and, after the first line end, the
// payload of a token that is then signed.

#include <fmt/format.h>

#include <algorithm>

#include "core/auth/authenticator.h"
#include "core/json/json.h"
#include "core/support/base64.h"
#include "core/support/utf8.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/response.h"
#include "tests/support/fakes.h"
#include "tests/support/requests.h"
#include "tests/support/tokens.h"

namespace serverless::fuzz {
namespace {

constexpr std::string_view secret = "a secret of at least 32 bytes that the fuzzer does not know";
constexpr const char* issuer = "https://issuer.example";
constexpr const char* audience = "https://orders.example";

Result<std::string> caller_of(std::string_view authorization) {
  static auth::FixedKeys keys(auth::KeySet::of_secrets({auth::VerificationKey::hmac(secret).value()}));
  const testing::FakeClock clock;
  auth::Authenticator authenticator(
      {.algorithms = {auth::SignatureAlgorithm::hs256}, .expected = {.issuer = issuer, .audience = audience}},
      "orders", keys, clock);
  return authenticator.caller_of(testing::a_get().header("Authorization", authorization), "orders:read");
}

void check_rejection(const Problem& problem) {
  const bool unauthenticated = problem.kind == Problem::Kind::unauthenticated;
  require(unauthenticated || problem.kind == Problem::Kind::forbidden,
          "a caller is unauthenticated or forbidden");
  require(problem.headers.size() == 1 && is_header_value(problem.headers[0].second),
          "a rejection has a challenge");
  require(is_header_value(problem.cause) && problem.cause.size() < 80, "the cause does not quote the token");
  require(!unauthenticated || !problem.cause.empty(), "a rejection has a cause");
}

/// Returns whether the value, a text or a list of texts, has this word.
bool has_word(const json::Value& value, std::string_view word) {
  const auto is_in = [&](std::string_view text) {
    return fmt::format(" {} ", text).find(fmt::format(" {} ", word)) != std::string::npos;
  };
  const auto all = value.elements();
  return is_in(value.string().value_or("")) ||
         std::any_of(all.begin(), all.end(),
                     [&](const json::Value& one) { return is_in(one.string().value_or("")); });
}

/// Requires the claims that a token with a valid signature must have.
void check_accepted(std::string_view header, std::string_view payload, const std::string& caller) {
  const auto protected_header = json::Document::parse(header, {.unique_members = true});
  const auto claims = json::Document::parse(payload, {.unique_members = true});
  require(protected_header && claims, "both parts are JSON without duplicate members");
  require(
      protected_header->root()["alg"].string() == "HS256" && protected_header->root()["crit"].is_missing(),
      "the header has the algorithm and no extension");
  const auto now = testing::FakeClock().now().time_since_epoch().count() / 1000;
  const auto root = claims->root();
  require(root["iss"].string() == issuer, "the issuer is the expected one");
  require(has_word(root["aud"], audience), "the token is for this audience");
  require(has_word(root[root["scope"].is_missing() ? "scp" : "scope"], "orders:read"),
          "the scope is granted");
  require(root["exp"].integer().value_or(0) > now - 60, "the token has not expired");
  require(root["nbf"].integer().value_or(now) <= now + 60, "the token is valid already");
  require(root["iat"].integer().value_or(now) <= now + 60, "the token has been issued");
  const auto subject = root["sub"].string().value_or("");
  require(!subject.empty() && caller == fmt::format("jwt {} {}", issuer, subject),
          "the subject is the caller");
}

}  // namespace

void try_input(std::string_view input) {
  const auto unsigned_caller = caller_of(input);
  require(!unsigned_caller, "a token needs a valid signature");
  check_rejection(unsigned_caller.error());

  const auto header = input.substr(0, input.find('\n'));
  const auto payload = input.substr(std::min(input.size(), header.size() + 1));
  const std::string text = base64url_encode(header) + "." + base64url_encode(payload);
  const std::string signature = testing::hs256_signature(text, secret);
  const auto caller = caller_of("Bearer " + text + "." + base64url_encode(signature));
  if (!caller) return check_rejection(caller.error());
  check_accepted(header, payload, *caller);
  std::string other = signature;
  other[input.size() % other.size()] ^= 1;
  require(!caller_of("Bearer " + text + "." + base64url_encode(other)), "an altered signature is rejected");
}

}  // namespace serverless::fuzz
