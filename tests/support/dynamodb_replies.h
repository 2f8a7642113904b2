#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "support/crc32.h"
#include "tests/support/fakes.h"

/// What DynamoDB, or the network on the way to it, answers in a ScriptedTransport.
namespace users::testing {

inline net::HttpResponse reply(int status, std::string body) {
  const std::string checksum = fmt::to_string(crc32(body));
  return {.status = status, .headers = {{"x-amz-crc32", checksum}}, .body = std::move(body)};
}

inline net::HttpResponse output(std::string body) {
  return reply(200, std::move(body));
}

/// An error of DynamoDB's own; `more` are further members of its body, each with a comma before it.
inline net::HttpResponse exception(int status, std::string_view name, std::string_view more = "") {
  return reply(status, fmt::format(R"({{"__type":"com.amazonaws.dynamodb.v20120810#{}"{}}})", name, more));
}

/// The refusal of a condition, with the item that is there, if any, in DynamoDB's JSON.
inline net::HttpResponse condition_failed(std::string_view item = "") {
  return exception(400, "ConditionalCheckFailedException",
                   item.empty() ? "" : fmt::format(R"(,"Item":{})", item));
}

/// The cancellation of a transaction: for each action a reason such as `{"Code":"None"}`.
inline net::HttpResponse cancelled(const std::vector<std::string>& reasons) {
  return exception(400, "TransactionCanceledException",
                   fmt::format(R"(,"CancellationReasons":[{}])", fmt::join(reasons, ",")));
}

/// Reasons for `cancelled`.
inline const std::string fine = R"({"Code":"None"})";
inline const std::string conflict = R"({"Code":"TransactionConflict","Message":"ada@example.com"})";
inline std::string refused(std::string_view item = "") {
  return fmt::format(R"({{"Code":"ConditionalCheckFailed"{}}})",
                     item.empty() ? "" : fmt::format(R"(,"Item":{})", item));
}

inline net::HttpResponse throttled() {
  return exception(400, "ThrottlingException");
}

inline ScriptedTransport::Outcome not_sent() {
  return tl::unexpected<net::TransportError>({net::TransportError::Kind::not_sent, "connection refused"});
}

inline ScriptedTransport::Outcome reply_lost() {
  return tl::unexpected<net::TransportError>({net::TransportError::Kind::reply_lost, "connection reset"});
}

}  // namespace users::testing
