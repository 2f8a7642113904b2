#include "app/configuration.h"

#include <fmt/format.h>
#include <unistd.h>

#include "http/headers.h"

namespace users {
namespace {

std::string region_in(const Environment& environment) {
  std::string region = environment.require("AWS_REGION");
  // It becomes part of a host name.
  if (region.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos)
    refuse_variable("AWS_REGION", "is not the name of a region, such as eu-central-1");
  return region;
}

/// Whether there is a host behind the scheme, maybe a port, and nothing else: no path, query or credentials.
bool is_origin(std::string_view url, std::string_view scheme) {
  return url.starts_with(scheme) && url.size() > scheme.size() &&
         url.find_first_of("/?#@", scheme.size()) == std::string_view::npos;
}

std::string endpoint_in(const Environment& environment, std::string_view region) {
  if (environment.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") != "true") {
    for (const char* name : {"AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"}) {
      auto url = environment.get(name);
      if (!url) continue;
      if (url->ends_with('/')) url->pop_back();
      if (!is_origin(*url, "http://") && !is_origin(*url, "https://"))
        refuse_variable(name, "is not a URL such as https://example.com, without a path");
      return *std::move(url);
    }
  }
  return fmt::format("https://dynamodb.{}.amazonaws.com{}", region, region.starts_with("cn-") ? ".cn" : "");
}

std::optional<std::string> ca_bundle_in(const Environment& environment) {
  auto path = environment.get("AWS_CA_BUNDLE");
  if (path && access(path->c_str(), R_OK) != 0)
    refuse_variable("AWS_CA_BUNDLE", "names a file that can't be read");
  return path;
}

LogLevel log_level_in(const Environment& environment) {
  const auto level = log_level_from(environment.get_or("AWS_LAMBDA_LOG_LEVEL", "INFO"));
  if (!level) refuse_variable("AWS_LAMBDA_LOG_LEVEL", "is none of TRACE, DEBUG, INFO, WARN, ERROR and FATAL");
  return *level;
}

/// It becomes a header of every reply.
std::string origin_in(const Environment& environment) {
  std::string origin = environment.get_or("ALLOWED_ORIGIN", "*");
  if (!http::is_visible_ascii(origin))
    refuse_variable("ALLOWED_ORIGIN", "is neither * nor an origin, such as https://example.com");
  return origin;
}

}  // namespace

Configuration Configuration::from(const Environment& environment) {
  const std::string region = region_in(environment);
  return {.table = environment.require("TABLE_NAME"),
          .claims_table = environment.require("CLAIMS_TABLE_NAME"),
          .allowed_origin = origin_in(environment),
          .region = region,
          .dynamodb_endpoint = endpoint_in(environment, region),
          .credentials = {.access_key_id = environment.require("AWS_ACCESS_KEY_ID"),
                          .secret_access_key = environment.require("AWS_SECRET_ACCESS_KEY"),
                          .session_token = environment.get("AWS_SESSION_TOKEN")},
          .ca_bundle = ca_bundle_in(environment),
          .authentication = AuthenticationSettings::from(environment),
          .function_name = environment.get_or("AWS_LAMBDA_FUNCTION_NAME", "unknown"),
          .log_level = log_level_in(environment)};
}

}  // namespace users
