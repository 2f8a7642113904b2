#include "auth/authenticator.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace users::auth {
namespace {

/// The credentials of the scheme Bearer; nothing where there are none, or of another scheme.
std::optional<std::string_view> bearer_token(const http::Request& request) {
  constexpr std::string_view scheme = "Bearer";
  const auto authorization = request.headers.get("Authorization").value_or("");
  const auto end = std::min(authorization.find(' '), authorization.size());
  if (!http::same_name(authorization.substr(0, end), scheme)) return std::nullopt;
  return http::trim_whitespace(authorization.substr(end));
}

Problem invalid_token(std::string why) {
  return Problem::unauthenticated("invalid_token", std::move(why));
}

}  // namespace

Result<std::string> Authenticator::caller_of(const http::Request& request, std::string_view scope) {
  const auto token = bearer_token(request);
  if (!token) return failure(Problem::unauthenticated("", "there is no bearer token"));
  return verified_claims(*token).and_then([&](const Claims& claims) -> Result<std::string> {
    if (std::find(claims.scopes.begin(), claims.scopes.end(), scope) == claims.scopes.end())
      return failure(Problem::forbidden(scope));
    return fmt::format("jwt {} {}", policy_.expected.issuer, claims.subject);
  });
}

Result<Claims> Authenticator::verified_claims(std::string_view token) {
  const auto jwt = Jwt::parse(token);
  if (!jwt) return failure(invalid_token(jwt.error()));
  if (!policy_.algorithms.contains(jwt->algorithm))
    return failure(invalid_token("the algorithm is not among those that are configured"));
  const auto keys = keys_.find(jwt->algorithm, jwt->key_id);
  if (!keys) return failure(keys.error());
  if (keys->empty()) return failure(invalid_token("the key is not known"));
  const auto verifies = [&](const VerificationKey* key) {
    return key->verifies(jwt->signing_input, jwt->signature);
  };
  if (std::none_of(keys->begin(), keys->end(), verifies))
    return failure(invalid_token("the signature does not hold"));
  return read_claims(jwt->encoded_payload, policy_.expected, clock_.now()).map_error(invalid_token);
}

}  // namespace users::auth
