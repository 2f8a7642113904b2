// Responses of Lambda's Runtime API.
//
// An input is a list of responses, separated by form feeds: a line with the status, a line for each header,
// an empty line, and the body. A response without a status is lost. After the last one, the function receives
// SIGTERM.

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>

#include "core/lambda/runtime.h"
#include "tests/fuzz/endpoints.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/response.h"
#include "tests/support/test_application.h"

namespace serverless::fuzz {
namespace {

constexpr std::string_view base = "http://127.0.0.1:9001/2018-06-01/runtime";

std::string_view take_until(char end, std::string_view& text) {
  const auto part = text.substr(0, text.find(end));
  text.remove_prefix(std::min(text.size(), part.size() + 1));
  return part;
}

class RuntimeApi final : public net::Transport {
 public:
  explicit RuntimeApi(std::string_view responses) : responses_(responses) {}

  tl::expected<net::HttpResponse, net::TransportError> send(const net::HttpRequest& request) override {
    check(request);
    if (responses_.empty())
      return tl::unexpected<net::TransportError>({net::TransportError::Kind::interrupted, "SIGTERM"});
    const bool is_next = !request.body;
    auto text = take_until('\f', responses_);
    const auto status = take_until('\n', text);
    net::HttpResponse response;
    std::from_chars(status.data(), status.data() + status.size(), response.status);
    if (response.status == 0)
      return tl::unexpected<net::TransportError>({net::TransportError::Kind::response_lost, "reset"});
    while (!text.empty()) {
      auto line = take_until('\n', text);
      if (line.empty()) break;
      const auto name = take_until(':', line);
      response.headers.add(name, http::trim_whitespace(line));
    }
    response.body = text;
    if (is_next) request_id_ = response.headers.get("Lambda-Runtime-Aws-Request-Id").value_or("");
    if (is_next) trace_id_ = response.headers.get("Lambda-Runtime-Trace-Id").value_or("");
    return response;
  }

  /// The ids in the headers of the last event.
  const std::string& request_id() const { return request_id_; }
  const std::string& trace_id() const { return trace_id_; }

 private:
  void check(const net::HttpRequest& request) const {
    require(request.url.starts_with(base), "every request goes to the Runtime API");
    const auto path = std::string_view(request.url).substr(base.size());
    if (!request.body)
      return require(path == "/invocation/next" && request.interruptible, "a GET waits for an event");
    const std::string invocation = fmt::format("/invocation/{}/", request_id_);
    require(path == invocation + "response" || path == invocation + "error",
            "a POST is about the last event");
    require(json::Document::parse(*request.body).has_value(), "a POST contains JSON");
    for (const auto& [name, value] : request.headers)
      require(is_header_value(name) && is_header_value(value), "a header has one line of visible ASCII");
  }

  std::string_view responses_;
  std::string request_id_;
  std::string trace_id_;
};

}  // namespace

void try_input(std::string_view input) {
  RuntimeApi api(input);
  testing::TestApplication parts;
  const auto application = parts.make(bind<TableWithAda>(users::get_user_endpoint, users::users_table));
  lambda::Runtime runtime("127.0.0.1:9001", api, parts.clock, parts.log.log);

  const int code = runtime.run([&](const lambda::Invocation& invocation) {
    require(invocation.request_id == api.request_id(), "the event is the last one");
    const char* trace_id = std::getenv("_X_AMZN_TRACE_ID");
    std::string_view expected = api.trace_id();
    require(trace_id != nullptr && trace_id == take_until('\0', expected), "the trace id is passed on");
    return application->handle(invocation);
  });
  require(code == 0 || code == 1, "the runtime returns an exit code");
  for (const std::string& line : parts.log.lines())
    require(json::Document::parse(line).has_value(), "a line of the log is JSON");
}

}  // namespace serverless::fuzz
