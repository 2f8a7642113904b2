#pragma once

#include <optional>
#include <string>

#include "app/authentication_settings.h"
#include "dynamodb/signer.h"
#include "support/environment.h"
#include "support/log.h"

namespace users {

/// All that the environment says, read once and checked.
struct Configuration {
  std::string table;           ///< TABLE_NAME
  std::string claims_table;    ///< CLAIMS_TABLE_NAME
  std::string allowed_origin;  ///< ALLOWED_ORIGIN, or `*`
  std::string region;          ///< AWS_REGION
  /// AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL, or the region's own; without a slash at the end.
  /// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
  std::string dynamodb_endpoint;
  dynamodb::Credentials credentials;     ///< AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
  std::optional<std::string> ca_bundle;  ///< AWS_CA_BUNDLE
  std::optional<AuthenticationSettings> authentication;
  std::string function_name;  ///< AWS_LAMBDA_FUNCTION_NAME
  LogLevel log_level;         ///< AWS_LAMBDA_LOG_LEVEL, or INFO

  /// Throws ConfigurationError, naming the variable, when one is missing or makes no sense.
  static Configuration from(const Environment& environment);
};

}  // namespace users
