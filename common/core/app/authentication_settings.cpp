#include "core/app/authentication_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "core/net/url.h"
#include "core/support/owned.h"

namespace serverless {
namespace {

constexpr const char* mode = "AUTH_MODE";
constexpr const char* algorithms = "JWT_ALGORITHMS";
constexpr const char* secret = "JWT_SECRET";
constexpr const char* previous_secret = "JWT_SECRET_PREVIOUS";
constexpr const char* jwks_url = "JWT_JWKS_URL";
constexpr const char* jwks_file = "JWT_JWKS_FILE";

using auth::SignatureAlgorithm;

auth::Algorithms read_algorithms(const Environment& environment) {
  const std::string names = environment.require(algorithms);
  if (names == "HS256") return {SignatureAlgorithm::hs256};
  if (names == "RS256") return {SignatureAlgorithm::rs256};
  if (names == "ES256") return {SignatureAlgorithm::es256};
  if (names == "RS256,ES256") return {SignatureAlgorithm::rs256, SignatureAlgorithm::es256};
  throw ConfigurationError(algorithms, "must be HS256, RS256, ES256 or RS256,ES256");
}

auth::VerificationKey key_of_secret(const char* variable, const std::string& value) {
  auto key = auth::VerificationKey::hmac(value);
  if (!key) throw ConfigurationError(variable, key.error());
  return *std::move(key);
}

auth::KeySet read_secrets(const Environment& environment) {
  std::vector<auth::VerificationKey> keys = {key_of_secret(secret, environment.require(secret))};
  if (const auto previous = environment.get(previous_secret))
    keys.push_back(key_of_secret(previous_secret, *previous));
  return auth::KeySet::of_secrets(std::move(keys));
}

/// Reads a file. std::ifstream would add 12 KB to each zipped executable.
std::optional<std::string> contents_of(const std::string& path) {
  const Owned<std::FILE, std::fclose> file(std::fopen(path.c_str(), "rb"));
  if (!file) return std::nullopt;
  std::string text;
  std::array<char, 4096> part{};
  while (std::feof(file.get()) == 0 && std::ferror(file.get()) == 0)
    text.append(part.data(), std::fread(part.data(), 1, part.size(), file.get()));
  if (std::ferror(file.get()) != 0) return std::nullopt;
  return text;
}

auth::KeySet read_key_file(const std::string& path, const auth::Algorithms& wanted) {
  const auto text = contents_of(path);
  if (!text) throw ConfigurationError(jwks_file, "must name a readable file");
  auto parsed = auth::KeySet::parse(*text, wanted);
  if (!parsed) throw ConfigurationError(jwks_file, parsed.error());
  if (!parsed->rejected.empty()) throw ConfigurationError(jwks_file, parsed->rejected.front());
  if (parsed->keys.empty())
    throw ConfigurationError(jwks_file, "the file must have a key for JWT_ALGORITHMS");
  return std::move(parsed->keys);
}

/// Returns whether the authority of a URL is on this machine, where nobody can intercept a request.
bool is_loopback(std::string_view authority) {
  constexpr std::array<std::string_view, 3> hosts = {"127.0.0.1", "[::1]", "localhost"};
  return std::ranges::any_of(hosts, [&](std::string_view host) {
    return authority.starts_with(host) && (authority.size() == host.size() || authority[host.size()] == ':');
  });
}

/// Returns `url`. Throws unless it uses TLS or loopback: otherwise anyone on the network path could replace
/// the keys.
std::string checked_url(std::string url) {
  const auto parts = net::parse_url(url);
  const bool is_safe =
      parts && (url.starts_with("https://") || (url.starts_with("http://") && is_loopback(parts->authority)));
  if (!is_safe)
    throw ConfigurationError(jwks_url, "must be a URL such as https://example.com/.well-known/jwks.json");
  return url;
}

/// Throws ConfigurationError when one of the variables is set.
void require_unset(const Environment& environment, std::initializer_list<const char*> variables,
                   std::string_view requirement) {
  for (const char* variable : variables)
    if (environment.get(variable)) throw ConfigurationError(variable, requirement);
}

std::variant<auth::KeySet, std::string> read_public_keys(const Environment& environment,
                                                         const auth::Algorithms& wanted) {
  auto url = environment.get(jwks_url);
  const auto path = environment.get(jwks_file);
  if (url && path) throw ConfigurationError(jwks_url, "must not be set together with JWT_JWKS_FILE");
  if (path) return read_key_file(*path, wanted);
  if (url) return checked_url(*std::move(url));
  throw ConfigurationError(jwks_url, "must be set, unless JWT_JWKS_FILE is");
}

}  // namespace

std::optional<AuthenticationSettings> AuthenticationSettings::from(const Environment& environment) {
  const std::string chosen = environment.get_even_if_empty(mode).value_or("none");
  if (chosen == "none") return std::nullopt;
  if (chosen != "jwt") throw ConfigurationError(mode, "must be none or jwt");

  AuthenticationSettings settings{.policy = {.algorithms = read_algorithms(environment),
                                             .expected = {.issuer = environment.require("JWT_ISSUER"),
                                                          .audience = environment.require("JWT_AUDIENCE")}},
                                  .keys = {}};
  if (settings.policy.algorithms.contains(SignatureAlgorithm::hs256)) {
    require_unset(environment, {jwks_url, jwks_file}, "must not be set for HS256, whose key is secret");
    settings.keys = read_secrets(environment);
  } else {
    require_unset(environment, {secret, previous_secret}, "must be set only for HS256");
    settings.keys = read_public_keys(environment, settings.policy.algorithms);
  }
  return settings;
}

}  // namespace serverless
