#include "core/app/configuration.h"

#include <fmt/format.h>
#include <unistd.h>

#include "core/http/headers.h"
#include "core/net/url.h"
#include "core/support/ascii.h"

namespace serverless {
namespace {

std::string read_region(const Environment& environment) {
  std::string region = environment.require("AWS_REGION");
  // The region becomes part of a host name.
  if (region.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos)
    throw ConfigurationError("AWS_REGION", "must be the name of a region, such as eu-central-1");
  return region;
}

/// Returns whether `text` is a URL of HTTP without a path and a query.
bool is_http_server(std::string_view text) {
  const auto url = net::parse_url(text);
  return url && url->target.empty() && (text.starts_with("http://") || text.starts_with("https://"));
}

/// Reads `true` or `false`, ignoring case, as AWS's SDKs do.
bool read_flag(const Environment& environment, const char* name) {
  const std::string value = environment.get_or(name, "false");
  const bool is_true = equal_ignoring_case(value, "true");
  if (!is_true && !equal_ignoring_case(value, "false"))
    throw ConfigurationError(name, "must be true or false");
  return is_true;
}

std::string read_endpoint(const Environment& environment, std::string_view region) {
  if (!read_flag(environment, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")) {
    for (const char* name : {"AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"}) {
      auto url = environment.get(name);
      if (!url) continue;
      if (url->ends_with('/')) url->pop_back();
      if (!is_http_server(*url))
        throw ConfigurationError(name, "must be a URL without a path, such as https://example.com");
      return *std::move(url);
    }
  }
  return fmt::format("https://dynamodb.{}.amazonaws.com{}", region, region.starts_with("cn-") ? ".cn" : "");
}

std::optional<std::string> read_ca_bundle(const Environment& environment) {
  auto path = environment.get_even_if_empty("AWS_CA_BUNDLE");
  if (path && access(path->c_str(), R_OK) != 0)
    throw ConfigurationError("AWS_CA_BUNDLE", "must name a readable file");
  return path;
}

LogLevel read_log_level(const Environment& environment) {
  const auto level = log_level_from(environment.get_or("AWS_LAMBDA_LOG_LEVEL", "INFO"));
  if (!level)
    throw ConfigurationError("AWS_LAMBDA_LOG_LEVEL", "must be TRACE, DEBUG, INFO, WARN, ERROR or FATAL");
  return *level;
}

std::string read_origin(const Environment& environment) {
  std::string origin = environment.get_even_if_empty("ALLOWED_ORIGIN").value_or("*");
  // The origin becomes a header of every response.
  if (origin.empty() || !http::is_visible_ascii(origin))
    throw ConfigurationError("ALLOWED_ORIGIN", "must be * or an origin, such as https://example.com");
  return origin;
}

dynamodb::Credentials read_credentials(const Environment& environment) {
  return {.access_key_id = environment.require("AWS_ACCESS_KEY_ID"),
          .secret_access_key = environment.require("AWS_SECRET_ACCESS_KEY"),
          .session_token = environment.get("AWS_SESSION_TOKEN")};
}

}  // namespace

bool Configuration::fetches_keys() const {
  return authentication && std::holds_alternative<std::string>(authentication->keys);
}

Configuration Configuration::from(const Environment& environment, bool uses_dynamodb) {
  const std::string region = read_region(environment);
  return {.allowed_origin = read_origin(environment),
          .region = region,
          .dynamodb_endpoint = read_endpoint(environment, region),
          .credentials = uses_dynamodb ? read_credentials(environment) : dynamodb::Credentials{},
          .ca_bundle = read_ca_bundle(environment),
          .authentication = AuthenticationSettings::from(environment),
          .function_name = environment.get_or("AWS_LAMBDA_FUNCTION_NAME", "unknown"),
          .function_version = environment.get_or("AWS_LAMBDA_FUNCTION_VERSION", "unknown"),
          .log_level = read_log_level(environment),
          .xray_daemon = environment.get("AWS_XRAY_DAEMON_ADDRESS")};
}

}  // namespace serverless
