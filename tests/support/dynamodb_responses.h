#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/support/crc32.h"
#include "tests/support/fakes.h"

/// Responses of DynamoDB, and failures of the network, for a ScriptedTransport.
namespace serverless::testing {

inline net::HttpResponse response(int status, std::string body) {
  const std::string checksum = fmt::to_string(crc32(body));
  return {.status = status, .headers = {{"x-amz-crc32", checksum}}, .body = std::move(body)};
}

inline net::HttpResponse output(std::string body) {
  return response(200, std::move(body));
}

/// An error response of DynamoDB; `more` are further members of its body, each preceded by a comma.
inline net::HttpResponse exception(int status, std::string_view name, std::string_view more = "") {
  return response(status, fmt::format(R"({{"__type":"com.amazonaws.dynamodb.v20120810#{}"{}}})", name, more));
}

/// The error of a failed condition, with the stored item, if any, in DynamoDB's JSON.
inline net::HttpResponse condition_failed(std::string_view item = "") {
  return exception(400, "ConditionalCheckFailedException",
                   item.empty() ? "" : fmt::format(R"(,"Item":{})", item));
}

/// The cancellation of a transaction, with a reason such as `{"Code":"None"}` for each action.
inline net::HttpResponse cancelled(const std::vector<std::string>& reasons) {
  return exception(400, "TransactionCanceledException",
                   fmt::format(R"(,"CancellationReasons":[{}])", fmt::join(reasons, ",")));
}

/// Reasons for `cancelled`.
inline const std::string fine = R"({"Code":"None"})";
inline const std::string conflict = R"({"Code":"TransactionConflict","Message":"a stored value"})";
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

inline ScriptedTransport::Outcome response_lost() {
  return tl::unexpected<net::TransportError>({net::TransportError::Kind::response_lost, "connection reset"});
}

}  // namespace serverless::testing
