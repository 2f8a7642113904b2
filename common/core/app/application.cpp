#include "core/app/application.h"

#include <fmt/format.h>

#include "core/http/problem_response.h"
#include "core/http/standard_headers.h"
#include "core/lambda/metrics.h"
#include "core/lambda/proxy_event.h"
#include "core/support/sha256.h"

namespace serverless {
namespace {

/// The status that API Gateway responds with when the invocation fails.
constexpr int bad_gateway = 502;

LogLevel level_of(Problem::Kind kind) {
  switch (kind) {
    case Problem::Kind::internal:
      return LogLevel::error;
    case Problem::Kind::unauthenticated:
      return LogLevel::info;  // caused by the client; logged because the response does not contain the reason
    default:
      return LogLevel::warn;
  }
}

}  // namespace

Application::Application(const BoundEndpoint& endpoint, const ApiNames& names,
                         const Configuration& configuration, const Environment& environment,
                         const Platform& platform)
    : route_(endpoint.route),
      route_name_(fmt::format("{} {}", endpoint.route.method, endpoint.route.path)),
      scope_(endpoint.scope),
      uses_dynamodb_(endpoint.uses_dynamodb),
      names_(names),
      allowed_origin_(configuration.allowed_origin),
      function_name_(configuration.function_name),
      function_version_(configuration.function_version),
      clock_(platform.clock),
      log_(platform.log),
      deadline_(platform.clock),
      dynamodb_(configuration.dynamodb_endpoint,
                dynamodb::Signer(configuration.credentials, configuration.region), platform.transport,
                platform.clock, deadline_, platform.random, platform.log),
      dependencies_{
          .dynamodb = dynamodb_, .clock = platform.clock, .ids = platform.ids, .environment = environment},
      handler_(endpoint.make_handler(dependencies_)) {
  if (configuration.authentication) set_up_authentication(*configuration.authentication, platform);
  if (configuration.xray_daemon) set_up_tracing(*configuration.xray_daemon, configuration.region, platform);
}

void Application::set_up_authentication(const AuthenticationSettings& settings, const Platform& platform) {
  auth::Keys* keys = nullptr;
  if (const auto* set = std::get_if<auth::KeySet>(&settings.keys)) {
    keys = &fixed_keys_.emplace(*set);
  } else {
    keys = &issuer_keys_.emplace(std::get<std::string>(settings.keys), settings.policy.algorithms,
                                 platform.issuer_transport, clock_, deadline_, log_);
  }
  authenticator_.emplace(settings.policy, names_.realm, *keys, clock_);
}

void Application::set_up_tracing(std::string_view xray_daemon, std::string_view region,
                                 const Platform& platform) {
  try {
    tracer_.emplace(xray_daemon, region, platform.clock, platform.ids);
  } catch (const std::exception& error) {
    log_.write(LogLevel::warn, "X-Ray receives no subsegments", {{"cause", error.what()}});
  }
}

void Application::trace_calls(const std::optional<lambda::Trace>& trace) {
  const bool traced = tracer_ && trace;
  if (traced) tracer_->follow(*trace);
  dynamodb_.observe(traced ? &*tracer_ : nullptr);
}

void Application::connect() {
  constexpr std::chrono::milliseconds limit{1000};
  const Instant end = clock_.now() + limit;
  if (uses_dynamodb_) dynamodb_.connect(limit);
  const std::chrono::milliseconds left = end - clock_.now();
  if (issuer_keys_ && left > left.zero()) issuer_keys_->fetch_during_initialization(left);
}

std::string Application::handle(const lambda::Invocation& invocation) {
  const auto start = std::chrono::steady_clock::now();
  deadline_.set(invocation.deadline);
  trace_calls(invocation.trace);
  http::Response response;
  std::string proxy_response;
  try {
    response = respond(read_request(invocation));
    proxy_response = lambda::encode_response(response);
  } catch (...) {
    record(invocation, bad_gateway, start);
    throw;
  }
  record(invocation, response.status, start);
  return proxy_response;
}

http::Request Application::read_request(const lambda::Invocation& invocation) {
  auto request = lambda::decode_event(invocation.payload);
  if (!request) throw lambda::InvocationError("Runtime.InvalidEvent", request.error());
  if (request->id.empty()) request->id = invocation.request_id;
  log_.set_api_request_id(request->id);
  return *std::move(request);
}

http::Response Application::respond(http::Request request) {
  auto result = dispatch(request);
  if (!result && !result.error().cause.empty()) {
    log_.write(level_of(result.error().kind), "request failed", {{"cause", result.error().cause}});
  }
  http::Response response = result ? *std::move(result) : http::problem_response(result.error(), request);
  http::add_standard_headers(response, request.id, allowed_origin_);
  return response;
}

Result<http::Response> Application::dispatch(http::Request& request) {
  if (auto matched = http::match(route_, request); !matched) return failure(std::move(matched.error()));
  if (auto passed = authenticate(request); !passed) return failure(std::move(passed.error()));
  if (!request.caller.empty()) log_.set_caller(to_hex(sha256(request.caller)));
  return handler_(request);
}

Result<void> Application::authenticate(http::Request& request) {
  if (!authenticator_) return {};
  auto caller = authenticator_->caller_of(request, scope_);
  if (!caller) return failure(std::move(caller.error()));
  request.caller = *std::move(caller);
  return {};
}

void Application::record(const lambda::Invocation& invocation, int status,
                         std::chrono::steady_clock::time_point start) {
  const auto duration =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
  const std::string metrics = lambda::embedded_metrics({.metrics_namespace = names_.metrics_namespace,
                                                        .function_name = function_name_,
                                                        .function_version = function_version_,
                                                        .status = status,
                                                        .latency = duration,
                                                        .cold_start = invocation.cold_start},
                                                       clock_.now());
  log_.write_with_metrics(LogLevel::info, "request",
                          {{"route", route_name_},
                           {"status", static_cast<std::int64_t>(status)},
                           {"durationMs", duration},
                           {"coldStart", invocation.cold_start}},
                          metrics);
}

}  // namespace serverless
