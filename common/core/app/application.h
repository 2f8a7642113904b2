#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/app/bound_endpoint.h"
#include "core/app/configuration.h"
#include "core/auth/authenticator.h"
#include "core/auth/issuer_keys.h"
#include "core/dynamodb/client.h"
#include "core/lambda/runtime.h"
#include "core/lambda/xray.h"
#include "core/net/transport.h"
#include "core/support/deadline.h"
#include "core/support/log.h"
#include "core/support/random.h"

namespace serverless {

/// The parts of the platform that the application uses, all of which must outlive it.
struct Platform {
  /// Sends requests to DynamoDB.
  net::Transport& transport;
  /// Sends requests to the issuer of tokens, for which it may trust other certificate authorities.
  net::Transport& issuer_transport;
  Clock& clock;
  Ids& ids;
  Random& random;
  Log& log;
};

/// Serves one endpoint: converts an event to a proxy response.
class Application {
 public:
  /// The texts of the endpoint and the names, the environment and the parts of the platform must outlive the
  /// application, which copies everything else. Throws
  /// ConfigurationError when a variable that the domain reads is missing or invalid.
  Application(const BoundEndpoint& endpoint, const ApiNames& names, const Configuration& configuration,
              const Environment& environment, const Platform& platform);
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  /// Connects to the peers for which the first request would otherwise wait. Takes at most one second in
  /// total, even when peers do not respond; Lambda allows ten seconds for the initialization.
  void connect();

  /// Handles one event and writes its log line and its metrics. Throws lambda::InvocationError when the event
  /// is not an HTTP request.
  std::string handle(const lambda::Invocation& invocation);

 private:
  void set_up_authentication(const AuthenticationSettings& settings, const Platform& platform);
  void set_up_tracing(std::string_view xray_daemon, std::string_view region, const Platform& platform);
  void trace_calls(const std::optional<lambda::Trace>& trace);
  /// Returns the request in the event, and logs its id from now on. Throws lambda::InvocationError when the
  /// event is not an HTTP request.
  http::Request read_request(const lambda::Invocation& invocation);
  http::Response respond(http::Request request);
  /// Passes the request to the handler, unless its route or its token is wrong.
  Result<http::Response> dispatch(http::Request& request);
  Result<void> authenticate(http::Request& request);
  /// Logs the request, which began at `start`, and its metrics.
  void record(const lambda::Invocation& invocation, int status, std::chrono::steady_clock::time_point start);

  http::Route route_;
  std::string route_name_;
  std::string_view scope_;
  bool uses_dynamodb_;
  ApiNames names_;
  std::string allowed_origin_;
  std::string function_name_;
  std::string function_version_;
  Clock& clock_;
  Log& log_;
  Deadline deadline_;
  dynamodb::Client dynamodb_;
  std::optional<lambda::CallTracer> tracer_;
  std::optional<auth::FixedKeys> fixed_keys_;
  std::optional<auth::IssuerKeys> issuer_keys_;
  std::optional<auth::Authenticator> authenticator_;
  Dependencies dependencies_;
  Handler handler_;
};

}  // namespace serverless
