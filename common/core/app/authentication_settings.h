#pragma once

#include <optional>
#include <string>
#include <variant>

#include "core/auth/authenticator.h"
#include "core/support/environment.h"

namespace serverless {

/// The settings for bearer tokens, read once from the environment and checked.
struct AuthenticationSettings {
  auth::Policy policy;  ///< JWT_ALGORITHMS, JWT_ISSUER, JWT_AUDIENCE
  /// The keys in JWT_SECRET and JWT_SECRET_PREVIOUS or in the file JWT_JWKS_FILE, or the URL of the keys,
  /// JWT_JWKS_URL.
  std::variant<auth::KeySet, std::string> keys;

  /// Returns nothing when AUTH_MODE is absent or `none`. Throws ConfigurationError, which names the variable
  /// and never quotes a secret, when a variable is missing or invalid or holds a key that is too weak.
  static std::optional<AuthenticationSettings> from(const Environment& environment);
};

}  // namespace serverless
