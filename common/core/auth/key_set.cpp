#include "core/auth/key_set.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/json/json.h"
#include "core/support/base64.h"

namespace serverless::auth {
namespace {

using json::Value;

/// Returns the algorithm for a JWK's `kty` and `crv`, or nothing when it is not supported (RFC 7518, section
/// 6).
std::optional<SignatureAlgorithm> algorithm_of(const Value& jwk) {
  if (jwk["kty"].string() == "RSA") return SignatureAlgorithm::rs256;
  if (jwk["kty"].string() == "EC" && jwk["crv"].string() == "P-256") return SignatureAlgorithm::es256;
  return std::nullopt;
}

std::string_view name_of(SignatureAlgorithm algorithm) {
  return algorithm == SignatureAlgorithm::rs256 ? "RS256" : "ES256";
}

/// Returns whether the key may verify signatures of the algorithm (RFC 7517, sections 4.2 to 4.4).
bool is_meant_for(const Value& jwk, SignatureAlgorithm algorithm) {
  const auto operations = jwk["key_ops"].elements();
  const bool verifies =
      std::ranges::any_of(operations, [](const Value& one) { return one.string() == "verify"; });
  return (jwk["use"].is_missing() || jwk["use"].string() == "sig") &&
         (jwk["key_ops"].is_missing() || verifies) &&
         (jwk["alg"].is_missing() || jwk["alg"].string() == name_of(algorithm));
}

tl::expected<std::string, std::string> bytes_in(const Value& jwk, const char* member) {
  const auto text = jwk[member].string();
  auto bytes = text ? base64url_decode(*text) : std::nullopt;
  if (!bytes) return tl::unexpected(fmt::format("must have {} in base64url without padding", member));
  return *std::move(bytes);
}

tl::expected<VerificationKey, std::string> key_in(const Value& jwk, SignatureAlgorithm algorithm) {
  const bool is_rsa = algorithm == SignatureAlgorithm::rs256;
  return bytes_in(jwk, is_rsa ? "n" : "x").and_then([&](const std::string& first) {
    return bytes_in(jwk, is_rsa ? "e" : "y").and_then([&](const std::string& second) {
      return is_rsa ? VerificationKey::rsa(first, second) : VerificationKey::p256(first, second);
    });
  });
}

}  // namespace

KeySet KeySet::of_secrets(std::vector<VerificationKey> keys) {
  KeySet set;
  for (VerificationKey& key : keys) set.entries_.push_back({.id = std::nullopt, .key = std::move(key)});
  return set;
}

tl::expected<ParsedKeySet, std::string> KeySet::parse(std::string_view jwks, const Algorithms& algorithms) {
  const auto document = json::Document::parse(jwks, {.max_depth = 16, .unique_members = true});
  if (!document || !document->root()["keys"].is_array())
    return tl::unexpected<std::string>("the text is not a JSON Web Key Set");
  ParsedKeySet parsed;
  for (const Value& jwk : document->root()["keys"].elements()) {
    const auto algorithm = algorithm_of(jwk);
    if (!algorithm || !algorithms.contains(*algorithm) || !is_meant_for(jwk, *algorithm)) continue;
    const auto id = jwk["kid"].string();
    auto key = key_in(jwk, *algorithm);
    if (key) {
      parsed.keys.entries_.push_back(
          {.id = id ? std::optional<std::string>(*id) : std::nullopt, .key = *std::move(key)});
    } else {
      parsed.rejected.push_back(fmt::format("the key \"{}\" {}", id.value_or(""), key.error()));
    }
  }
  return parsed;
}

std::vector<const VerificationKey*> KeySet::find(SignatureAlgorithm algorithm,
                                                 const std::optional<std::string>& key_id) const {
  const bool by_id = key_id && algorithm != SignatureAlgorithm::hs256;
  std::vector<const VerificationKey*> found;
  for (const Entry& entry : entries_)
    if (entry.key.algorithm() == algorithm && (!by_id || entry.id == key_id)) found.push_back(&entry.key);
  const bool is_ambiguous = !by_id && algorithm != SignatureAlgorithm::hs256 && found.size() > 1;
  return is_ambiguous ? std::vector<const VerificationKey*>() : found;
}

}  // namespace serverless::auth
