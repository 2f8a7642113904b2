#include "gateway.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "core/http/standard_headers.h"
#include "core/json/writer.h"
#include "core/support/ascii.h"
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
    case 404:
      return "Not Found";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 431:
      return "Request Header Fields Too Large";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Internal Server Error";
  }
}

/// Returns whether the gateway passes on the body of a request with this method.
bool may_have_body(std::string_view method) {
  return method != "GET" && method != "HEAD" && method != "OPTIONS";
}

/// Returns whether a web page of another origin may have sent the request.
bool has_origin(const HttpRequest& request) {
  return std::any_of(request.headers.begin(), request.headers.end(),
                     [](const auto& field) { return equal_ignoring_case(field.first, "Origin"); });
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
    : kind_(description.kind), cors_(description.cors), log_(log) {
  for (const FunctionTemplate& function : description.functions)
    for (const auto& route : function.routes)
      resources_.add(route.method, route.path, *functions.at(function.logical_id));
}

void Gateway::handle(HttpRequest request, Respond respond) const {
  const std::string request_id = RandomIds().new_uuid();
  const auto match = find(request);
  if (!match) return respond(error(Failure::unknown_route, request_id));
  if (request.method == "OPTIONS" && cors_) return respond(preflight(match->resource, request_id));
  Function* const function = match->resource.serving(request.method);
  if (function == nullptr) return respond(error(Failure::unknown_route, request_id));

  if (!may_have_body(request.method)) request.body.clear();
  const auto encode = kind_ == ApiKind::rest ? encode_proxy_event : encode_http_event;
  function->invoke(encode(request, *match, request_id, SystemClock().now()),
                   [this, function, request_id, has_origin = has_origin(request),
                    respond = std::move(respond)](const Outcome& outcome) {
                     HttpResponse response = response_to(outcome, *function, request_id);
                     if (kind_ == ApiKind::http && cors_) apply_cors(response, has_origin);
                     respond(std::move(response));
                   });
}

bool Gateway::has_path_of(const HttpRequest& request) const {
  return find(request).has_value();
}

HttpResponse Gateway::reject(int status) const {
  return error(status, RandomIds().new_uuid());
}

std::optional<Match> Gateway::find(const HttpRequest& request) const {
  return resources_.find(std::string_view(request.target).substr(0, request.target.find('?')));
}

HttpResponse Gateway::response_to(const Outcome& outcome, const Function& function,
                                  const std::string& request_id) const {
  if (outcome.kind == Outcome::Kind::timed_out) return error(Failure::timed_out, request_id);
  if (outcome.kind == Outcome::Kind::failed) return error(Failure::bad_response, request_id);

  auto response = decode_proxy_response(outcome.payload, kind_);
  if (response) return *std::move(response);
  log_.write(LogLevel::error,
             fmt::format("malformed response from {}: {}", function.name(), response.error()),
             {{"apiRequestId", request_id}});
  return error(Failure::bad_response, request_id);
}

HttpResponse Gateway::preflight(const Resource& resource, const std::string& request_id) const {
  http::Response response;
  const auto& methods = cors_->allow_methods;
  response.headers.set("Access-Control-Allow-Methods", methods.empty() ? methods_of(resource) : methods);
  if (!cors_->allow_headers.empty())
    response.headers.set("Access-Control-Allow-Headers", cors_->allow_headers);
  if (!cors_->max_age.empty()) response.headers.set("Access-Control-Max-Age", cors_->max_age);
  if (kind_ == ApiKind::http) {
    response.headers.set("Access-Control-Allow-Origin", cors_->allow_origin);
    return {.status = 204, .headers = {response.headers.begin(), response.headers.end()}};
  }
  return with_standard_headers(std::move(response), request_id);
}

/// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
void Gateway::apply_cors(HttpResponse& response, bool has_origin) const {
  std::erase_if(response.headers, [](const auto& field) {
    constexpr std::string_view prefix = "Access-Control-";
    return equal_ignoring_case(std::string_view(field.first).substr(0, prefix.size()), prefix);
  });
  if (!has_origin) return;
  response.headers.emplace_back("Access-Control-Allow-Origin", cors_->allow_origin);
  if (!cors_->expose_headers.empty())
    response.headers.emplace_back("Access-Control-Expose-Headers", cors_->expose_headers);
}

HttpResponse Gateway::error(Failure failure, const std::string& request_id) const {
  const bool of_rest_api = kind_ == ApiKind::rest;
  switch (failure) {
    case Failure::unknown_route:
      return error(of_rest_api ? 403 : 404, request_id);
    case Failure::timed_out:
      return error(of_rest_api ? 504 : 503, request_id);
    case Failure::bad_response:
      break;
  }
  return error(of_rest_api ? 502 : 500, request_id);
}

HttpResponse Gateway::error(int status, const std::string& request_id) const {
  json::Writer json;
  if (kind_ == ApiKind::http) {
    json.begin_object().member("message", title_of(status)).end_object();
    return {
        .status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(json).text()};
  }
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
