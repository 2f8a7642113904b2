#include "runtime_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "core/json/json.h"
#include "core/json/writer.h"
#include "core/support/ascii.h"
#include "path_segment.h"

namespace serverless::local_api {
namespace {

HttpResponse json_response(int status, json::Writer&& json) {
  return {
      .status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(json).text()};
}

HttpResponse accepted() {
  json::Writer json;
  json.begin_object().member("status", "OK").end_object();
  return json_response(202, std::move(json));
}

HttpResponse error(int status, std::string_view type, std::string_view message) {
  json::Writer json;
  json.begin_object().member("errorMessage", message).member("errorType", type).end_object();
  return json_response(status, std::move(json));
}

HttpResponse wrong_state() {
  return error(403, "InvalidStateTransition", "the environment is in the wrong state for this call");
}

HttpResponse response_to(Function::CallResult result) {
  switch (result) {
    case Function::CallResult::accepted:
      return accepted();
    case Function::CallResult::unknown_request:
      return error(400, "InvalidRequestID", "the environment has no invocation with this id");
    case Function::CallResult::wrong_state:
      break;
  }
  return wrong_state();
}

ReportedError reported_error(const HttpRequest& request) {
  const auto document = json::Document::parse(request.body);
  const auto text = [&](std::string_view name) {
    return std::string(document ? document->root()[name].string().value_or("") : "");
  };
  ReportedError reported{.type = text("errorType"), .message = text("errorMessage")};
  for (const auto& [name, value] : request.headers)
    if (equal_ignoring_case(name, "Lambda-Runtime-Function-Error-Type")) reported.type = value;
  return reported;
}

std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> result;
  while (path.starts_with('/')) result.emplace_back(take_segment(path));
  return result;
}

/// Returns the name of the function: "GetUser" for "GetUser-12".
std::string function_of(const std::string& environment) {
  return environment.substr(0, environment.rfind('-'));
}

}  // namespace

void RuntimeApi::handle(const HttpRequest& request, Respond respond) const {
  const auto path = segments(request.target);
  const auto is = [&](std::string_view method, std::initializer_list<std::string_view> tail) {
    return request.method == method && std::equal(path.begin() + 2, path.end(), tail.begin(), tail.end(),
                                                  [](const auto& actual, const auto& expected) {
                                                    return expected == "*" || actual == expected;
                                                  });
  };
  const auto not_found = [] { return error(404, "NotFound", "the Runtime API has no such call"); };
  if (path.size() < 4 || path[0] != "environments") return respond(not_found());

  const std::string& environment = path[1];
  const auto found = functions_.find(function_of(environment));
  if (found == functions_.end()) return respond(wrong_state());
  Function& function = *found->second;

  if (is("GET", {"2018-06-01", "runtime", "invocation", "next"}))
    return function.next(environment, [this, &function, respond = std::move(respond)](auto invocation) {
      respond(next_response(function, std::move(invocation)));
    });
  if (is("POST", {"2018-06-01", "runtime", "invocation", "*", "response"}))
    return respond(response_to(function.respond(environment, path[5], request.body)));
  if (is("POST", {"2018-06-01", "runtime", "invocation", "*", "error"}))
    return respond(response_to(function.fail(environment, path[5], reported_error(request))));
  if (is("POST", {"2018-06-01", "runtime", "init", "error"}))
    return respond(response_to(function.fail_init(environment, reported_error(request))));
  respond(not_found());
}

HttpResponse RuntimeApi::reject(int status) {
  if (status == 413)
    return error(413, "RequestEntityTooLarge",
                 fmt::format("Exceeded maximum allowed payload size ({} bytes).", max_response_bytes));
  return error(status, "InvalidRequest", "the Runtime API cannot read this request");
}

HttpResponse RuntimeApi::next_response(const Function& function, std::optional<Invocation> invocation) const {
  if (!invocation) return wrong_state();
  return {.status = 200,
          .headers = {{"Content-Type", "application/json"},
                      {"Lambda-Runtime-Aws-Request-Id", invocation->request_id},
                      {"Lambda-Runtime-Deadline-Ms",
                       std::to_string(invocation->deadline.time_since_epoch().count())},
                      {"Lambda-Runtime-Invoked-Function-Arn",
                       fmt::format("arn:aws:lambda:{}:123456789012:function:{}", region_, function.name())},
                      {"Lambda-Runtime-Trace-Id", invocation->trace_id}},
          .body = std::move(invocation->event)};
}

}  // namespace serverless::local_api
