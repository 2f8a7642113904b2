#pragma once

#include <optional>
#include <string>
#include <variant>

#include "auth/authenticator.h"
#include "support/environment.h"

namespace users {

/// What the environment says of bearer tokens, read once and checked.
struct AuthenticationSettings {
  auth::Policy policy;  ///< JWT_ALGORITHMS, JWT_ISSUER, JWT_AUDIENCE
  /// The keys in JWT_SECRET and JWT_SECRET_PREVIOUS or in JWT_JWKS_FILE, or the URL that JWT_JWKS_URL says
  /// they are at.
  std::variant<auth::KeySet, std::string> keys;

  /// Nothing unless AUTH_MODE is `jwt`. Throws ConfigurationError, naming the variable and never quoting a
  /// secret, when one is missing, makes no sense, or holds a key that is too weak.
  static std::optional<AuthenticationSettings> from(const Environment& environment);
};

}  // namespace users
