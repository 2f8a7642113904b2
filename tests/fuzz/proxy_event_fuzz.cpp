// Events of API Gateway, and the responses of all functions to them.

#include <fmt/format.h>

#include "core/json/writer.h"
#include "core/lambda/proxy_event.h"
#include "core/support/base64.h"
#include "core/support/utf8.h"
#include "tests/fuzz/endpoints.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/response.h"
#include "tests/support/test_application.h"

namespace serverless::fuzz {
namespace {

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return encoded;
}

void write_headers(json::Writer& json, const http::Request& request) {
  json.key("headers").begin_object();
  for (const auto& [name, value] : request.headers) json.member(name, value);
  json.end_object();
  json.member("body", base64_encode(request.body)).member("isBase64Encoded", true);
}

/// Returns the event of a REST API, which percent-encodes path parameters.
std::string rest_event(const http::Request& request) {
  json::Writer json;
  json.begin_object().member("httpMethod", request.method).member("path", request.path);
  json.member("resource", request.resource);
  json.key("requestContext")
      .begin_object()
      .member("requestId", request.id)
      .member("path", request.path)
      .end_object();
  json.key("pathParameters").begin_object();
  for (const auto& [name, value] : request.path_parameters) json.member(name, percent_encoded(value));
  json.end_object().key("multiValueQueryStringParameters").begin_object();
  for (const auto& [name, value] : request.query) json.key(name).begin_array().value(value).end_array();
  json.end_object();
  write_headers(json, request);
  json.end_object();
  return std::move(json).text();
}

/// Returns the event of an HTTP API or, without a resource, of a function URL.
std::string http_event(const http::Request& request) {
  json::Writer json;
  json.begin_object().member("version", "2.0").member("rawPath", request.path);
  json.member("routeKey", request.resource.empty() ? "$default" : fmt::format("ANY {}", request.resource));
  json.key("requestContext").begin_object().member("requestId", request.id);
  json.key("http").begin_object().member("method", request.method).end_object().end_object();
  json.key("pathParameters").begin_object();
  for (const auto& [name, value] : request.path_parameters) json.member(name, value);
  json.end_object();
  std::string query;
  for (const auto& [name, value] : request.query)
    query += fmt::format("{}={}&", percent_encoded(name), percent_encoded(value));
  json.member("rawQueryString", query);
  write_headers(json, request);
  json.end_object();
  return std::move(json).text();
}

void check_decodes_to(const http::Request& request, const std::string& event) {
  const auto decoded = lambda::decode_event(event);
  require(decoded.has_value(), "an event is decoded");
  require(decoded->method == request.method && decoded->path == request.path &&
              decoded->body == request.body && decoded->id == request.id,
          "the request is that of the event");
  require(decoded->resource == request.resource && decoded->path_parameters == request.path_parameters,
          "the route is that of the event");
  require(decoded->query == request.query, "the query is that of the event");
  require(std::equal(decoded->headers.begin(), decoded->headers.end(), request.headers.begin(),
                     request.headers.end()),
          "the headers are those of the event");
}

/// Returns whether the parameters fit into a JSON text: percent-encoding allows any bytes.
bool fits_in(const auto& parameters) {
  return std::all_of(parameters.begin(), parameters.end(),
                     [](const auto& one) { return is_utf8(one.first) && is_utf8(one.second); });
}

}  // namespace

void try_input(std::string_view input) {
  const auto request = lambda::decode_event(input);
  if (!request) {
    require(!request.error().empty() && is_utf8(request.error()), "an error has a message");
    return;
  }
  if (fits_in(request->query)) check_decodes_to(*request, rest_event(*request));
  if (fits_in(request->path_parameters)) check_decodes_to(*request, http_event(*request));

  for (const auto& [endpoint, statuses] : documented()) {
    testing::TestApplication parts;
    check_proxy_response(parts.make(endpoint)->handle(parts.invocation(std::string(input))), statuses);
    require(parts.log.lines().size() == 2, "a client error adds no line to the log");
  }
}

}  // namespace serverless::fuzz
