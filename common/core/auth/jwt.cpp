#include "core/auth/jwt.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/json/json.h"
#include "core/support/ascii.h"
#include "core/support/base64.h"

namespace serverless::auth {
namespace {

using json::Value;

constexpr std::int64_t leeway_seconds = 60;

tl::unexpected<std::string> invalid(std::string why) {
  return tl::unexpected<std::string>(std::move(why));
}

/// Parses a part of a token: base64url of an object without duplicate members (RFC 7515, section 4).
tl::expected<json::Document, std::string> parse_part(std::string_view encoded, const char* name) {
  const auto text = base64url_decode(encoded);
  if (!text) return invalid(std::string(name) + " is not base64url");
  auto document = json::Document::parse(*text, {.max_depth = 16, .unique_members = true});
  // The parser's message is left out because it may quote the token.
  if (!document || !document->root().is_object()) return invalid(std::string(name) + " is not a JSON object");
  return *std::move(document);
}

std::optional<SignatureAlgorithm> algorithm_named(const Value& name) {
  if (name.string() == "HS256") return SignatureAlgorithm::hs256;
  if (name.string() == "RS256") return SignatureAlgorithm::rs256;
  if (name.string() == "ES256") return SignatureAlgorithm::es256;
  return std::nullopt;
}

/// Returns whether the header's `typ`, which is optional, allows an access token (RFC 8725, section 3.11; RFC
/// 9068, section 2.1).
bool is_access_token(const Value& type) {
  if (type.is_missing()) return true;
  constexpr std::array<std::string_view, 4> kinds = {"JWT", "application/jwt", "at+jwt",
                                                     "application/at+jwt"};
  const auto kind = type.string();
  return kind &&
         std::ranges::any_of(kinds, [&](std::string_view one) { return equal_ignoring_case(one, *kind); });
}

bool names_audience(const Value& audience, std::string_view expected) {
  if (audience.string() == expected) return true;
  return std::ranges::any_of(audience.elements(), [&](const Value& one) { return one.string() == expected; });
}

/// Returns whether the time in the claim is not in the future (60 s leeway), or the claim is absent.
bool has_begun(const Value& claim, std::int64_t now) {
  if (claim.is_missing()) return true;
  const auto time = claim.integer();
  return time && *time <= now + leeway_seconds;
}

void append_words(std::vector<std::string>& words, std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(text.size(), end + 1));
  }
}

std::vector<std::string> scopes_in(const Value& payload) {
  const Value scope = payload["scope"].is_missing() ? payload["scp"] : payload["scope"];
  std::vector<std::string> scopes;
  append_words(scopes, scope.string().value_or(""));
  for (const Value& one : scope.elements()) append_words(scopes, one.string().value_or(""));
  return scopes;
}

}  // namespace

tl::expected<Jwt, std::string> Jwt::parse(std::string_view token) {
  if (token.size() > max_token_bytes) return invalid("the token is too long");
  if (std::ranges::count(token, '.') != 2) return invalid("the token does not have three parts");
  const auto header_end = token.find('.');
  const auto payload_end = token.rfind('.');

  const auto document = parse_part(token.substr(0, header_end), "the header");
  if (!document) return invalid(document.error());
  const Value header = document->root();
  const auto algorithm = algorithm_named(header["alg"]);
  if (!algorithm) return invalid("the algorithm is not supported");
  if (!header["crit"].is_missing() || !header["b64"].is_missing())
    return invalid("the header has an extension that is not supported");
  if (!is_access_token(header["typ"])) return invalid("the token is not an access token");
  if (!header["kid"].is_missing() && !header["kid"].string()) return invalid("the key id is not a string");
  auto signature = base64url_decode(token.substr(payload_end + 1));
  if (!signature) return invalid("the signature is not base64url");
  const auto key_id = header["kid"].string();
  return Jwt{.algorithm = *algorithm,
             .key_id = key_id ? std::optional<std::string>(*key_id) : std::nullopt,
             .signing_input = token.substr(0, payload_end),
             .encoded_payload = token.substr(header_end + 1, payload_end - header_end - 1),
             .signature = *std::move(signature)};
}

std::string caller_of_token(std::string_view issuer, std::string_view subject) {
  return fmt::format("jwt {} {}", issuer, subject);
}

tl::expected<TokenClaims, std::string> read_claims(std::string_view encoded_payload,
                                                   const Expectations& expected, Instant now) {
  const auto document = parse_part(encoded_payload, "the payload");
  if (!document) return invalid(document.error());
  const Value payload = document->root();
  const std::int64_t seconds = epoch_seconds(now);
  if (payload["iss"].string() != expected.issuer) return invalid("the issuer is wrong");
  if (!names_audience(payload["aud"], expected.audience)) return invalid("the audience is wrong");
  const auto expiry = payload["exp"].integer();
  if (!expiry) return invalid("the token has no expiry");
  if (*expiry <= seconds - leeway_seconds) return invalid("the token has expired");
  if (!has_begun(payload["nbf"], seconds)) return invalid("the token is not valid yet");
  if (!has_begun(payload["iat"], seconds)) return invalid("the token was issued in the future");
  const auto subject = payload["sub"].string();
  if (!subject || subject->empty()) return invalid("the token has no subject");
  return TokenClaims{.subject = std::string(*subject), .scopes = scopes_in(payload)};
}

}  // namespace serverless::auth
