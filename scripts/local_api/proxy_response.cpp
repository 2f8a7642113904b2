#include "proxy_response.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "core/json/json.h"
#include "core/support/ascii.h"
#include "core/support/base64.h"

namespace serverless::local_api {
namespace {

using Malformed = tl::unexpected<std::string>;

Malformed malformed(std::string reason) {
  return Malformed(std::move(reason));
}

/// Returns the name under which a REST API passes on a function's header.
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
std::string remapped_name(std::string_view name) {
  constexpr std::array<std::string_view, 7> renamed = {
      "Connection", "Content-Length", "Date", "Host", "Server", "Transfer-Encoding", "WWW-Authenticate"};
  for (const auto one : renamed)
    if (equal_ignoring_case(name, one)) return fmt::format("x-amzn-Remapped-{}", name);
  return std::string(name);
}

bool is_name(std::string_view text) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";  // RFC 9110, section 5.6.2
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
  });
}

bool is_value(std::string_view text) {
  using namespace std::string_view_literals;
  return text.find_first_of("\r\n\0"sv) == std::string_view::npos;
}

/// Returns a string as it is, and integers and booleans as text; nothing for any other value.
std::optional<std::string> header_value(const json::Value& value) {
  if (const auto text = value.string())
    return is_value(*text) ? std::optional(std::string(*text)) : std::nullopt;
  if (const auto number = value.integer()) return std::to_string(*number);
  if (const auto truth = value.boolean()) return *truth ? "true" : "false";
  return std::nullopt;
}

std::optional<std::string> unknown_member(const json::Value& response) {
  constexpr std::array<std::string_view, 5> known = {"statusCode", "headers", "multiValueHeaders", "body",
                                                     "isBase64Encoded"};
  for (const auto& [name, value] : response.members())
    if (std::find(known.begin(), known.end(), name) == known.end()) return std::string(name);
  return std::nullopt;
}

/// Returns the fields of `headers` and `multiValueHeaders`, without duplicates.
tl::expected<Fields, std::string> header_fields(const json::Value& response, ApiKind kind) {
  Fields fields;
  const auto add = [&](std::string_view name, const json::Value& value) {
    auto text = header_value(value);
    if (!is_name(name) || !text) return false;
    const std::pair field(kind == ApiKind::rest ? remapped_name(name) : std::string(name), *std::move(text));
    if (std::find(fields.begin(), fields.end(), field) == fields.end()) fields.push_back(field);
    return true;
  };
  for (const char* member : {"headers", "multiValueHeaders"})
    if (!response[member].is_missing_or_null() && !response[member].is_object())
      return malformed(fmt::format("{} is not an object", member));
  for (const auto& [name, values] : response["multiValueHeaders"].members()) {
    if (!values.is_array()) return malformed(fmt::format("the multi-value header {} is not an array", name));
    for (const auto& value : values.elements())
      if (!add(name, value)) return malformed(fmt::format("the header {} is not a valid HTTP header", name));
  }
  for (const auto& [name, value] : response["headers"].members())
    if (!add(name, value)) return malformed(fmt::format("the header {} is not a valid HTTP header", name));
  return fields;
}

tl::expected<std::string, std::string> body_bytes(const json::Value& response) {
  const json::Value body = response["body"];
  const json::Value is_base64 = response["isBase64Encoded"];
  if (!is_base64.is_missing_or_null() && !is_base64.boolean())
    return malformed("isBase64Encoded is not a boolean");
  if (body.is_missing_or_null()) return "";
  const auto text = body.string();
  if (!text) return malformed("body is not a string");
  if (!is_base64.boolean().value_or(false)) return std::string(*text);
  auto decoded = base64_decode(*text);
  if (!decoded) return malformed("body is not base64, but isBase64Encoded is true");
  return *std::move(decoded);
}

bool has_content_type(const Fields& fields) {
  return std::any_of(fields.begin(), fields.end(),
                     [](const auto& field) { return equal_ignoring_case(field.first, "Content-Type"); });
}

}  // namespace

tl::expected<HttpResponse, std::string> decode_proxy_response(std::string_view json, ApiKind kind) {
  const auto document = json::Document::parse(json);
  if (!document) return malformed(fmt::format("not JSON: {}", document.error().message));
  const json::Value response = document->root();
  if (!response.is_object()) return malformed("not an object");
  if (const auto name = unknown_member(response))
    return malformed(fmt::format("{} is not a member of a proxy response", *name));

  const auto status = response["statusCode"].integer();
  if (!status || *status < 200 || *status > 599)
    return malformed("statusCode is not an integer from 200 to 599");
  auto headers = header_fields(response, kind);
  if (!headers) return malformed(std::move(headers).error());
  auto body = body_bytes(response);
  if (!body) return malformed(std::move(body).error());

  const bool has_no_body = *status == 204 || *status == 304;  // RFC 9110, sections 15.3.5 and 15.4.5
  if (has_no_body) body->clear();
  if (!body->empty() && !has_content_type(*headers))
    headers->emplace_back("Content-Type", "application/json");
  return HttpResponse{
      .status = static_cast<int>(*status), .headers = *std::move(headers), .body = *std::move(body)};
}

}  // namespace serverless::local_api
