#include "core/lambda/runtime.h"

#include <fmt/format.h>

#include "core/json/writer.h"
#include "core/support/parse_integer.h"

namespace serverless::lambda {
namespace {

using std::chrono::milliseconds;

/// Generous, as the Runtime API is on the same machine.
constexpr milliseconds post_timeout{10'000};
constexpr int next_attempts = 3;
constexpr milliseconds next_retry_wait{50};

std::optional<Instant> deadline_of(const http::Headers& headers) {
  const auto text = headers.get("Lambda-Runtime-Deadline-Ms").value_or("");
  const auto epoch_ms = parse_integer<std::int64_t>(text);
  return epoch_ms ? std::optional(Instant(milliseconds(*epoch_ms))) : std::nullopt;
}

/// Returns whether an id can be a part of a URL and of a header of the response.
bool is_valid_id(std::string_view id) {
  return !id.empty() && http::is_visible_ascii(id) && id.find_first_of("/?#") == std::string_view::npos;
}

}  // namespace

Runtime::Runtime(std::string_view api, net::Transport& transport, Clock& clock, Log& log)
    : base_url_(fmt::format("http://{}/2018-06-01/runtime", api)),
      transport_(transport),
      clock_(clock),
      log_(log) {}

int Runtime::run(const InvocationHandler& handler) {
  for (int failures = 0;;) {
    const auto invocation = next();
    if (invocation) {
      failures = 0;
      if (respond(*invocation, handler) == Posted::runtime_broken) return 1;
    } else if (invocation.error().interrupted) {
      return 0;
    } else {
      log_.write(LogLevel::error, "could not fetch the next invocation",
                 {{"cause", invocation.error().cause}});
      if (++failures == next_attempts) return 1;
      clock_.sleep_for(next_retry_wait * failures);
    }
  }
}

tl::expected<Invocation, Runtime::NoInvocation> Runtime::next() {
  log_.set_request_id({});
  auto response = transport_.send({.url = base_url_ + "/invocation/next", .interruptible = true});
  if (!response) {
    return tl::unexpected<NoInvocation>(
        {.interrupted = response.error().kind == net::TransportError::Kind::interrupted,
         .cause = std::move(response.error().message)});
  }
  const auto request_id = response->headers.get("Lambda-Runtime-Aws-Request-Id");
  const bool has_id = request_id && is_valid_id(*request_id);
  if (response->status != 200 || !has_id) {
    return tl::unexpected<NoInvocation>(
        {.interrupted = false,
         .cause = fmt::format("HTTP {}{}", response->status, has_id ? "" : " without a valid request id")});
  }
  log_.set_request_id(*request_id);
  const auto trace_id = response->headers.get("Lambda-Runtime-Trace-Id").value_or("");
  export_trace_id(trace_id);
  return Invocation{.request_id = std::string(*request_id),
                    .deadline = deadline_of(response->headers),
                    .cold_start = std::exchange(cold_start_, false),
                    .trace = sampled_trace(trace_id),
                    .payload = std::move(response->body)};
}

Runtime::Posted Runtime::respond(const Invocation& invocation, const InvocationHandler& handler) {
  const std::string path = "/invocation/" + invocation.request_id;
  const auto fail = [&](std::string_view type, std::string_view message) {
    log_.write(LogLevel::error, "invocation failed", {{"errorType", type}, {"errorMessage", message}});
    return post_error(path + "/error", type, message);
  };

  std::string payload;
  try {
    payload = handler(invocation);
  } catch (const InvocationError& error) {
    return fail(error.type(), error.what());
  } catch (const std::exception& error) {
    return fail("Runtime.UnhandledException", error.what());
  } catch (...) {
    return fail("Runtime.UnhandledException", "an exception that is not a std::exception");
  }
  const Posted posted = post(path + "/response", payload, {{"Content-Type", "application/json"}});
  if (posted != Posted::too_large) return posted;
  return fail("Function.ResponseSizeTooLarge",
              fmt::format("the response of {} bytes is larger than Lambda accepts", payload.size()));
}

void Runtime::report_init_error(std::string_view type, std::string_view message) {
  log_.write(LogLevel::fatal, "the function cannot start", {{"errorType", type}, {"errorMessage", message}});
  post_error("/init/error", type, message);
}

Runtime::Posted Runtime::post_error(const std::string& path, std::string_view type,
                                    std::string_view message) {
  json::Writer json;
  json.begin_object()
      .member("errorMessage", message)
      .member("errorType", type)
      .key("stackTrace")
      .begin_array()
      .end_array()
      .end_object();
  return post(
      path, std::move(json).text(),
      {{"Content-Type", "application/json"}, {"Lambda-Runtime-Function-Error-Type", std::string(type)}});
}

Runtime::Posted Runtime::post(const std::string& path, std::string_view body, const http::Headers& headers) {
  const auto response =
      transport_.send({.url = base_url_ + path, .headers = headers, .body = body, .timeout = post_timeout});
  if (response && response->status == 202) return Posted::accepted;
  const std::string cause = response ? fmt::format("HTTP {}", response->status) : response.error().message;
  log_.write(LogLevel::error, "the Runtime API did not accept a post", {{"path", path}, {"cause", cause}});
  if (!response) return Posted::failed;
  if (response->status == 413) return Posted::too_large;
  return response->status >= 500 ? Posted::runtime_broken : Posted::failed;
}

}  // namespace serverless::lambda
