#include "gateway.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "core/http/standard_headers.h"
#include "core/json/writer.h"
#include "core/support/clock.h"
#include "core/support/ids.h"
#include "proxy_event.h"
#include "proxy_response.h"

namespace serverless::local_api {
namespace {

std::string_view title_of(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 431:
      return "Request Header Fields Too Large";
    case 502:
      return "Bad Gateway";
    case 504:
      return "Gateway Timeout";
    default:
      return "Internal Server Error";
  }
}

/// Returns whether the gateway passes the body of such a request on.
bool may_have_body(std::string_view method) {
  return method != "GET" && method != "HEAD" && method != "OPTIONS";
}

/// Returns the methods that SAM would allow for CORS rules without AllowMethods.
std::string methods_of(const Resource& resource) {
  std::set<std::string> methods = {"OPTIONS"};
  for (const auto& [method, function] : resource.functions) {
    if (method == "ANY") {
      methods.insert({"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"});
    } else {
      methods.insert(method);
    }
  }
  return fmt::format("{}", fmt::join(methods, ","));
}

}  // namespace

Gateway::Gateway(const Template& description,
                 const std::map<std::string, std::unique_ptr<Function>>& functions, Log& log)
    : cors_(description.cors), log_(log) {
  for (const FunctionTemplate& function : description.functions)
    for (const auto& route : function.routes)
      resources_.add(route.method, route.path, *functions.at(function.logical_id));
}

void Gateway::handle(HttpRequest request, Respond respond) const {
  const std::string request_id = RandomIds().new_uuid();
  const auto match = find(request);
  if (!match) return respond(problem(403, request_id));
  if (request.method == "OPTIONS" && cors_) return respond(preflight(match->resource, request_id));
  Function* const function = match->resource.serving(request.method);
  if (function == nullptr) return respond(problem(403, request_id));

  if (!may_have_body(request.method)) request.body.clear();
  function->invoke(encode_proxy_event(request, *match, request_id, SystemClock().now()),
                   [this, function, request_id, respond = std::move(respond)](const Outcome& outcome) {
                     respond(response_to(outcome, *function, request_id));
                   });
}

bool Gateway::has_path_of(const HttpRequest& request) const {
  return find(request).has_value();
}

HttpResponse Gateway::reject(int status) const {
  return problem(status, RandomIds().new_uuid());
}

std::optional<Match> Gateway::find(const HttpRequest& request) const {
  return resources_.find(std::string_view(request.target).substr(0, request.target.find('?')));
}

HttpResponse Gateway::response_to(const Outcome& outcome, const Function& function,
                                  const std::string& request_id) const {
  if (outcome.kind == Outcome::Kind::timed_out) return problem(504, request_id);
  if (outcome.kind == Outcome::Kind::failed) return problem(502, request_id);

  auto response = decode_proxy_response(outcome.payload);
  if (response) return *std::move(response);
  log_.write(LogLevel::error,
             fmt::format("malformed response from {}: {}", function.name(), response.error()),
             {{"apiRequestId", request_id}});
  return problem(502, request_id);
}

HttpResponse Gateway::preflight(const Resource& resource, const std::string& request_id) const {
  http::Response response;
  const auto& methods = cors_->allow_methods;
  response.headers.set("Access-Control-Allow-Methods", methods.empty() ? methods_of(resource) : methods);
  if (!cors_->allow_headers.empty())
    response.headers.set("Access-Control-Allow-Headers", cors_->allow_headers);
  return with_standard_headers(std::move(response), request_id);
}

HttpResponse Gateway::problem(int status, const std::string& request_id) const {
  json::Writer json;
  json.begin_object()
      .member("type", "about:blank")
      .member("title", title_of(status))
      .member("status", status)
      .member("requestId", request_id)
      .end_object();
  return with_standard_headers({.status = status,
                                .headers = {{"Content-Type", "application/problem+json"}},
                                .body = std::move(json).text()},
                               request_id);
}

HttpResponse Gateway::with_standard_headers(http::Response response, const std::string& request_id) const {
  http::add_standard_headers(response, request_id, cors_ ? cors_->allow_origin : "*");
  return {.status = response.status,
          .headers = {response.headers.begin(), response.headers.end()},
          .body = std::move(response.body)};
}

}  // namespace serverless::local_api
