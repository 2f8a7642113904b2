#pragma once

#include <optional>
#include <string>

#include "core/app/authentication_settings.h"
#include "core/dynamodb/signer.h"
#include "core/support/environment.h"
#include "core/support/log.h"

namespace serverless {

/// The settings of the core, read once from the environment and checked. The domain reads its own settings.
struct Configuration {
  std::string allowed_origin;  ///< ALLOWED_ORIGIN, or `*`
  std::string region;          ///< AWS_REGION
  /// AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL, or the region's endpoint; without a slash at the end.
  /// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
  std::string dynamodb_endpoint;
  /// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN; empty when no request needs them.
  dynamodb::Credentials credentials;
  std::optional<std::string> ca_bundle;  ///< AWS_CA_BUNDLE
  std::optional<AuthenticationSettings> authentication;
  std::string function_name;               ///< AWS_LAMBDA_FUNCTION_NAME
  std::string function_version;            ///< AWS_LAMBDA_FUNCTION_VERSION
  LogLevel log_level = LogLevel::info;     ///< AWS_LAMBDA_LOG_LEVEL, or INFO
  std::optional<std::string> xray_daemon;  ///< AWS_XRAY_DAEMON_ADDRESS

  /// Returns whether the keys that verify tokens are fetched from a URL.
  bool fetches_keys() const;

  /// Throws ConfigurationError, which names the variable, when a variable is missing or invalid. The
  /// credentials are read only if `uses_dynamodb` is true.
  static Configuration from(const Environment& environment, bool uses_dynamodb = true);
};

}  // namespace serverless
