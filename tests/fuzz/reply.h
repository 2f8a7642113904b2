#pragma once

#include <algorithm>
#include <initializer_list>

#include "http/message.h"
#include "json/json.h"
#include "lambda/gateway.h"
#include "tests/fuzz/fuzz.h"

namespace users::fuzz {

/// Whether the text can be a header's value: of ASCII that shows, and spaces (RFC 9110, section 5.5).
inline bool is_header_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

/// Requires that the response is one that the contract has, with one of these statuses, and that the gateway
/// gets it as it is.
inline void check_reply(const http::Response& response, std::initializer_list<int> statuses) {
  require(std::find(statuses.begin(), statuses.end(), response.status) != statuses.end(),
          "the status is one that is documented");
  for (const auto& [name, value] : response.headers)
    require(is_header_value(name) && is_header_value(value), "no header holds more than a line");

  const auto body = json::Document::parse(response.body, {.unique_members = true});
  if (response.status == 304) {
    require(response.body.empty(), "304 has no body");
  } else {
    require(body && body->root().is_object(), "a body is a JSON object");
  }
  if (response.status >= 400) {
    require(response.headers.get("Content-Type") == "application/problem+json", "an error is a problem");
    require(body->root()["status"].integer() == response.status, "a problem tells its status");
  }

  const auto reply = json::Document::parse(lambda::encode_reply(response), {.unique_members = true});
  require(reply && reply->root().members().size() == 4, "the gateway gets its four members");
  require(reply->root()["statusCode"].integer() == response.status &&
              reply->root()["body"].string() == response.body &&
              reply->root()["isBase64Encoded"].boolean() == false,
          "the gateway gets what was answered");
  for (const auto& [name, value] : response.headers)
    require(reply->root()["headers"][name].string() == value, "the gateway gets the headers");
}

}  // namespace users::fuzz
