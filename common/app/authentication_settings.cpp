#include "app/authentication_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>

namespace users {
namespace {

constexpr const char* mode = "AUTH_MODE";
constexpr const char* algorithms = "JWT_ALGORITHMS";
constexpr const char* secret = "JWT_SECRET";
constexpr const char* previous_secret = "JWT_SECRET_PREVIOUS";
constexpr const char* jwks_url = "JWT_JWKS_URL";
constexpr const char* jwks_file = "JWT_JWKS_FILE";

auth::Algorithms algorithms_in(const Environment& environment) {
  const std::string names = environment.require(algorithms);
  if (names == "HS256") return {SignatureAlgorithm::hs256};
  if (names == "RS256") return {SignatureAlgorithm::rs256};
  if (names == "ES256") return {SignatureAlgorithm::es256};
  if (names == "RS256,ES256") return {SignatureAlgorithm::rs256, SignatureAlgorithm::es256};
  refuse_variable(algorithms, "is none of HS256, RS256, ES256 and RS256,ES256");
}

VerificationKey key_of_secret(const char* variable, const std::string& value) {
  auto key = VerificationKey::hmac(value);
  if (!key) refuse_variable(variable, key.error());
  return *std::move(key);
}

auth::KeySet secrets_in(const Environment& environment) {
  std::vector<VerificationKey> keys = {key_of_secret(secret, environment.require(secret))};
  if (const auto previous = environment.get(previous_secret))
    keys.push_back(key_of_secret(previous_secret, *previous));
  return auth::KeySet::of_secrets(std::move(keys));
}

/// Not with a stream, as those would be 12 KB more of every zipped executable.
std::optional<std::string> contents_of(const std::string& path) {
  const auto close = [](std::FILE* file) { std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.c_str(), "rb"), close);
  if (!file) return std::nullopt;
  std::string text;
  std::array<char, 4096> part{};
  while (const std::size_t size = std::fread(part.data(), 1, part.size(), file.get()))
    text.append(part.data(), size);
  if (std::ferror(file.get()) != 0) return std::nullopt;
  return text;
}

auth::KeySet file_in(const std::string& path, const auth::Algorithms& wanted) {
  const auto text = contents_of(path);
  if (!text) refuse_variable(jwks_file, "names a file that can't be read");
  std::vector<std::string> refused;
  auto set = auth::KeySet::parse(*text, wanted, refused);
  if (!refused.empty()) refuse_variable(jwks_file, "names a file in which " + refused.front());
  if (!set) refuse_variable(jwks_file, "names a file that " + set.error());
  if (set->empty()) refuse_variable(jwks_file, "names a file that has no key that is of use");
  return *std::move(set);
}

/// Keys that anybody on the way could exchange prove nothing; on the machine itself there is no way.
std::string checked_url(std::string url) {
  constexpr std::array<std::string_view, 3> loopback = {"http://127.0.0.1", "http://[::1]",
                                                        "http://localhost"};
  const auto is_local = [&](std::string_view one) {
    return url.starts_with(one) && url.find_first_of(":/", one.size()) == one.size();
  };
  const bool trusted = url.starts_with("https://") || std::any_of(loopback.begin(), loopback.end(), is_local);
  const auto host = url.find("//") + 2;
  const bool whole = trusted && host < url.size() && url[host] != '/' &&
                     url.find_first_of("@# \t\r\n", host) == std::string::npos;
  if (!whole) refuse_variable(jwks_url, "is not a URL such as https://example.com/.well-known/jwks.json");
  return url;
}

}  // namespace

std::optional<AuthenticationSettings> AuthenticationSettings::from(const Environment& environment) {
  const std::string chosen = environment.get_or(mode, "none");
  if (chosen == "none") return std::nullopt;
  if (chosen != "jwt") refuse_variable(mode, "is neither none nor jwt");

  AuthenticationSettings settings{.policy = {.algorithms = algorithms_in(environment),
                                             .expected = {.issuer = environment.require("JWT_ISSUER"),
                                                          .audience = environment.require("JWT_AUDIENCE")}},
                                  .keys = {}};
  auto url = environment.get(jwks_url);
  const auto path = environment.get(jwks_file);
  if (settings.policy.algorithms.contains(SignatureAlgorithm::hs256)) {
    if (url) refuse_variable(jwks_url, "is not for HS256, whose key is a secret");
    if (path) refuse_variable(jwks_file, "is not for HS256, whose key is a secret");
    settings.keys = secrets_in(environment);
    return settings;
  }
  for (const char* variable : {secret, previous_secret})
    if (environment.get(variable)) refuse_variable(variable, "is for HS256 alone");
  if (url && path)
    refuse_variable(jwks_url, "is set, and so is JWT_JWKS_FILE: the keys come from one of them");
  if (path) {
    settings.keys = file_in(*path, settings.policy.algorithms);
  } else if (url) {
    settings.keys = checked_url(*std::move(url));
  } else {
    refuse_variable(jwks_url, "is not set, nor is JWT_JWKS_FILE");
  }
  return settings;
}

}  // namespace users
