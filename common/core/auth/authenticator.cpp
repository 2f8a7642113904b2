#include "core/auth/authenticator.h"

#include <algorithm>
#include <optional>

#include "core/auth/challenge.h"
#include "core/support/ascii.h"

namespace serverless::auth {
namespace {

/// Returns the text after the scheme Bearer, which may be empty, or nothing when the request has no
/// credentials or those of another scheme.
std::optional<std::string_view> bearer_token(const http::Request& request) {
  constexpr std::string_view scheme = "Bearer";
  const auto authorization = request.headers.get("Authorization").value_or("");
  const auto end = std::min(authorization.find(' '), authorization.size());
  if (!equal_ignoring_case(authorization.substr(0, end), scheme)) return std::nullopt;
  return http::trim_whitespace(authorization.substr(end));
}

}  // namespace

Result<std::string> Authenticator::caller_of(const http::Request& request, std::string_view scope) {
  const auto token = bearer_token(request);
  if (!token) return failure(unauthenticated(realm_, "", "the request has no bearer token"));
  return verified_claims(*token).and_then([&](const TokenClaims& claims) -> Result<std::string> {
    if (std::ranges::find(claims.scopes, scope) == claims.scopes.end())
      return failure(forbidden(realm_, scope));
    return caller_of_token(policy_.expected.issuer, claims.subject);
  });
}

Result<TokenClaims> Authenticator::verified_claims(std::string_view token) {
  const auto jwt = Jwt::parse(token);
  if (!jwt) return failure(invalid_token(jwt.error()));
  if (!policy_.algorithms.contains(jwt->algorithm))
    return failure(invalid_token("the algorithm is not one of those configured"));
  const auto keys = keys_.find(jwt->algorithm, jwt->key_id);
  if (!keys) return failure(keys.error());
  if (keys->empty()) return failure(invalid_token("the key is unknown"));
  const auto verifies = [&](const VerificationKey* key) {
    return key->verifies(jwt->signing_input, jwt->signature);
  };
  if (std::ranges::none_of(*keys, verifies)) return failure(invalid_token("the signature is wrong"));
  return read_claims(jwt->encoded_payload, policy_.expected, clock_.now()).map_error([&](std::string cause) {
    return invalid_token(std::move(cause));
  });
}

Problem Authenticator::invalid_token(std::string cause) const {
  return unauthenticated(realm_, "invalid_token", std::move(cause));
}

}  // namespace serverless::auth
