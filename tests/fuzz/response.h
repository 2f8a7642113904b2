#pragma once

#include <algorithm>
#include <vector>

#include "core/http/message.h"
#include "core/json/json.h"
#include "core/lambda/proxy_event.h"
#include "tests/fuzz/fuzz.h"

namespace serverless::fuzz {

/// Returns whether the text is a valid header value: visible ASCII and spaces (RFC 9110, section 5.5).
inline bool is_header_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

/// Requires that a proxy response has one of these statuses, and follows the contract except for the
/// headers that the application adds.
inline void check_encoded_response(std::string_view text, const std::vector<int>& statuses) {
  const auto proxy_response = json::Document::parse(text, {.unique_members = true});
  require(proxy_response && proxy_response->root().members().size() == 4,
          "a proxy response has four members");
  const json::Value root = proxy_response->root();
  const auto status = root["statusCode"].integer().value_or(0);
  require(std::find(statuses.begin(), statuses.end(), status) != statuses.end(), "the status is documented");
  require(root["isBase64Encoded"].boolean() == false, "the body is a string");
  for (const auto& [name, value] : root["headers"].members())
    require(is_header_value(name) && value.string() && is_header_value(*value.string()),
            "a header has one line of visible ASCII");

  const auto body_text = root["body"].string();
  require(body_text.has_value(), "the body is a string");
  const auto body = json::Document::parse(*body_text, {.unique_members = true});
  if (status == 304) {
    require(body_text->empty(), "304 has no body");
  } else {
    require(body && body->root().is_object(), "a body is a JSON object");
    require(root["headers"]["Content-Type"].string().has_value(), "a body has a type");
  }
  if (status >= 400) {
    require(root["headers"]["Content-Type"].string() == "application/problem+json", "an error is a problem");
    require(body->root()["status"].integer() == status, "a problem has the status");
  }
}

/// Requires that the proxy response of an application has one of these statuses, and follows the contract.
inline void check_proxy_response(std::string_view text, const std::vector<int>& statuses) {
  check_encoded_response(text, statuses);
  const auto proxy_response = json::Document::parse(text);
  const json::Value headers = proxy_response->root()["headers"];
  require(!headers["X-Request-Id"].string().value_or("").empty(), "a response has the id of the request");
  require(headers["Cache-Control"].string() == "no-store", "no response is cached");
  require(headers["X-Content-Type-Options"].string() == "nosniff", "no browser guesses the type");
  require(headers["Access-Control-Allow-Origin"].string() == "https://example.com" &&
              headers["Vary"].string() == "Origin",
          "the allowed origin is the configured one");
  require(!headers["Access-Control-Expose-Headers"].is_missing(), "scripts can read the headers");
}

/// Requires that a response has one of these statuses, and that its encoding preserves the body and the
/// headers.
inline void check_response(const http::Response& response, const std::vector<int>& statuses) {
  const std::string text = lambda::encode_response(response);
  check_encoded_response(text, statuses);
  const auto encoded = json::Document::parse(text);
  require(encoded->root()["body"].string() == response.body, "encoding keeps the body");
  for (const auto& [name, value] : response.headers)
    require(encoded->root()["headers"][name].string() == value, "encoding keeps the headers");
}

}  // namespace serverless::fuzz
