#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

/// Decides which failures to retry and when, modelled on the "standard" mode of the AWS SDKs, without its
/// quota. All functions are pure.
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
namespace serverless::dynamodb {

/// The reason why the same request may succeed when it is sent again.
enum class RetryReason {
  /// It will not succeed.
  none,
  /// The failure is temporary.
  transient,
  /// DynamoDB throttles the request.
  throttled,
  /// Another transaction or another Region is writing the same item, and DynamoDB turned this request away.
  conflict,
  /// DynamoDB did not accept the signature. It may accept one with the time of its own clock, or a moment
  /// later.
  signature_refused,
};

/// Classifies an error response by its HTTP status and the name of its exception.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
RetryReason retry_reason(int status, std::string_view exception);

/// Classifies a cancelled transaction by the codes of its cancellation reasons, one for each action. A
/// conflict together with a refused condition is a reason to retry, because it may hide the refusal of an
/// earlier action.
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#API_TransactWriteItems_Errors
RetryReason retry_reason(const std::vector<std::string_view>& cancellation_codes);

constexpr int max_attempts = 4;
/// Conflicting transactions are short, so a few more attempts give each waiting request its turn.
constexpr int max_attempts_after_conflict = 10;

/// Returns the wait before the next attempt, after attempt number `attempt` (from 1) failed: `random`, from
/// [0, 1), scales a span that doubles with each attempt, up to a maximum. Returns nothing when the request
/// must not be retried: because of the reason, because the attempts are used up, or because the wait would
/// not be shorter than `remaining`.
std::optional<std::chrono::milliseconds> wait_before_retry(RetryReason reason, int attempt, double random,
                                                           std::chrono::milliseconds remaining);

}  // namespace serverless::dynamodb
