#pragma once

#include <functional>
#include <string_view>

#include "core/dynamodb/client.h"
#include "core/http/message.h"
#include "core/http/route.h"
#include "core/support/clock.h"
#include "core/support/environment.h"
#include "core/support/ids.h"
#include "core/support/result.h"

namespace serverless {

/// The parts that the application offers the domain, to make its services from. They outlive the handler.
struct Dependencies {
  dynamodb::Client& dynamodb;
  Clock& clock;
  Ids& ids;
  const Environment& environment;
};

/// Handles a request for the endpoint's route.
using Handler = std::function<Result<http::Response>(const http::Request&)>;

/// An endpoint, as the application serves it.
struct Endpoint {
  http::Route route;
  /// The scope that a token must grant, where authentication is on (RFC 6749, section 3.3).
  std::string_view scope;
  /// Makes the handler, once, before the first request. It may throw ConfigurationError.
  std::function<Handler(Dependencies&)> make_handler;
};

/// The names by which an API presents itself.
struct ApiNames {
  /// The realm of authentication challenges (RFC 9110, section 11.5).
  std::string_view realm;
  /// The namespace of the CloudWatch metrics.
  std::string_view metrics_namespace;
};

}  // namespace serverless
