#include "core/lambda/proxy_event.h"

#include <fmt/format.h>

#include "core/auth/jwt.h"
#include "core/http/uri.h"
#include "core/json/json.h"
#include "core/json/writer.h"
#include "core/support/base64.h"

namespace serverless::lambda {
namespace {

using json::Value;

std::string text_or_empty(const Value& value) {
  return std::string(value.string().value_or(""));
}

/// Calls `take(name, text)` for each string in `multiple` (name to list) or, when that is missing, in
/// `single` (name to text).
template <typename Take>
void for_each_text(const Value& multiple, const Value& single, Take take) {
  if (multiple.is_object()) {
    for (const auto& [name, values] : multiple.members())
      for (const Value& value : values.elements())
        if (const auto text = value.string()) take(name, *text);
    return;
  }
  for (const auto& [name, value] : single.members())
    if (const auto text = value.string()) take(name, *text);
}

/// Calls `take(name, value)` for each header of an event of either payload version.
template <typename Take>
void for_each_header(const Value& event, Take take) {
  for_each_text(event["multiValueHeaders"], event["headers"], take);
}

/// Returns the caller that the gateway authenticated, or an empty text: an identity of a Cognito identity
/// pool (many of which share one role), the caller of an IAM signature, or the subject of a token (of a
/// Cognito user pool or a JWT authorizer).
std::string authenticated_caller(std::optional<std::string_view> user_arn,
                                 std::optional<std::string_view> identity, const Value& claims) {
  if (identity) return fmt::format("cognito-identity {}", *identity);
  if (user_arn) return fmt::format("iam {}", *user_arn);
  const auto subject = claims["sub"].string();
  return subject ? auth::caller_of_token(claims["iss"].string().value_or(""), *subject) : "";
}

/// Decodes the members that both payload versions share.
tl::expected<http::Request, std::string> decode_common(const Value& event) {
  http::Request request;
  std::size_t count = 0;
  for_each_header(event, [&](std::string_view name, std::string_view value) {
    if (++count <= max_headers) request.headers.add(name, value);
  });
  if (count > max_headers)
    return tl::unexpected(fmt::format("the request has more than {} headers", max_headers));
  // The client can choose the id with X-Amzn-RequestId, and the response returns it in a header.
  const auto id = event["requestContext"]["requestId"].string().value_or("");
  if (http::is_visible_ascii(id)) request.id = id;
  const auto body = event["body"].string().value_or("");
  if (event["isBase64Encoded"].boolean().value_or(false)) {
    auto bytes = base64_decode(body);
    if (!bytes) return tl::unexpected<std::string>("the body is not base64, though isBase64Encoded is true");
    request.body = *std::move(bytes);
  } else {
    request.body = body;
  }
  return request;
}

/// Returns the path that the client requested, with the stage if the event has it. (`sam local` has the
/// resource in its place.)
std::string path_in_rest(const Value& event) {
  const auto with_stage = event["requestContext"]["path"].string();
  const bool is_template = with_stage && with_stage->find('{') != std::string_view::npos;
  return with_stage && !is_template ? std::string(*with_stage) : text_or_empty(event["path"]);
}

/// Decodes payload 1.0. A REST API leaves paths and their parameters percent-encoded, as a function URL does;
/// an HTTP API decodes them.
http::Request decode_rest(const Value& event, http::Request request) {
  request.method = text_or_empty(event["httpMethod"]);
  request.path = path_in_rest(event);
  request.resource = text_or_empty(event["resource"]);
  for (const auto& [name, value] : event["pathParameters"].members())
    request.path_parameters.emplace(name, http::percent_decoded(value.string().value_or("")));
  for_each_text(
      event["multiValueQueryStringParameters"], event["queryStringParameters"],
      [&](std::string_view name, std::string_view value) { request.query.emplace_back(name, value); });
  const Value context = event["requestContext"];
  request.caller = authenticated_caller(context["identity"]["userArn"].string(),
                                        context["identity"]["cognitoIdentityId"].string(),
                                        context["authorizer"]["claims"]);
  return request;
}

http::Request decode_http(const Value& event, http::Request request) {
  request.method = text_or_empty(event["requestContext"]["http"]["method"]);
  request.path = text_or_empty(event["rawPath"]);
  const auto route_key = event["routeKey"].string().value_or("");  // "GET /orders/{orderId}" or "$default"
  if (const auto space = route_key.find(' '); space != std::string_view::npos)
    request.resource = route_key.substr(space + 1);
  for (const auto& [name, value] : event["pathParameters"].members())
    request.path_parameters.emplace(name, text_or_empty(value));
  request.query = http::parse_query(event["rawQueryString"].string().value_or(""));
  const Value authorizer = event["requestContext"]["authorizer"];
  request.caller = authenticated_caller(authorizer["iam"]["userArn"].string(),
                                        authorizer["iam"]["cognitoIdentity"]["identityId"].string(),
                                        authorizer["jwt"]["claims"]);
  return request;
}

}  // namespace

tl::expected<http::Request, std::string> decode_event(std::string_view event) {
  const auto document = json::Document::parse(event);
  if (!document) return tl::unexpected<std::string>("the event is not JSON: " + document.error().message);
  const Value root = document->root();
  const bool from_http_api = root["version"].string() == "2.0" && root["requestContext"]["http"].is_object();
  const bool from_rest_api = root["httpMethod"].string().has_value();
  if (!from_http_api && !from_rest_api)
    return tl::unexpected<std::string>(
        "the event does not come from a REST API, an HTTP API or a function URL");
  return decode_common(root).map([&](http::Request request) {
    return from_http_api ? decode_http(root, std::move(request)) : decode_rest(root, std::move(request));
  });
}

std::string encode_response(const http::Response& response) {
  json::Writer json;
  json.begin_object().member("statusCode", response.status).key("headers").begin_object();
  for (const auto& [name, value] : response.headers) json.member(name, value);
  json.end_object().member("body", response.body).member("isBase64Encoded", false).end_object();
  return std::move(json).text();
}

}  // namespace serverless::lambda
