#pragma once

#include <string_view>

#include "core/http/message.h"
#include "core/http/route.h"
#include "core/support/clock.h"
#include "core/support/ids.h"
#include "core/support/result.h"

/// The parts of the application that the code of an endpoint uses. All texts must be string literals, because
/// views refer to them.
namespace serverless {

/// The services that a handler uses. `Store` is the part of the domain's store that the handler's route
/// needs.
template <typename Store = void>
struct Services {
  Store& store;
  Clock& clock;
  Ids& ids;
};

/// The services of a handler that needs no store.
template <>
struct Services<void> {
  Clock& clock;
  Ids& ids;
};

/// An endpoint of an API, declared next to its handler.
template <typename Store = void>
struct Endpoint {
  http::Route route;
  /// The scope that a token must grant when authentication is on (RFC 6749, section 3.3).
  std::string_view scope;
  /// Returns the response to a request for the route, or a problem. An exception makes the invocation fail.
  Result<http::Response> (*handler)(const http::Request&, const Services<Store>&);
};

/// The names by which an API presents itself.
struct ApiNames {
  /// The realm of authentication challenges (RFC 9110, section 11.5).
  std::string_view realm;
  /// The namespace of the CloudWatch metrics.
  std::string_view metrics_namespace;
  /// The product and its version, `name/version`, in the requests that a function sends (RFC 9110, section
  /// 10.1.5).
  std::string_view user_agent;
};

}  // namespace serverless
