#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

/// When and how long to wait before an attempt is repeated: the AWS SDKs' "standard" mode.
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
namespace users::dynamodb {

enum class Verdict {
  /// The same request may succeed in a moment.
  transient,
  /// DynamoDB asks for less traffic.
  throttled,
  /// Another transaction is at work on the same item; this request was turned away for it.
  contended,
  /// Repeating changes nothing.
  final,
};

/// Judges an error reply by its HTTP status and the name of its exception.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
Verdict judge(int status, std::string_view exception);

/// Judges a cancelled transaction by the codes of its reasons, one for each action: final, unless one of them
/// may pass. A condition that was refused beside it is no answer yet: the conflict may hide a reason that
/// comes before it.
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#API_TransactWriteItems_Errors
Verdict judge_cancellation(const std::vector<std::string_view>& codes);

constexpr int max_attempts = 4;
/// Who is in the way is soon gone, and everybody who waits gets in sooner or later.
constexpr int max_contended_attempts = 10;

/// How long to wait after the attempt number `attempt` (from 1) failed: full jitter over a doubling span,
/// `random` from [0, 1). Nothing when it is not worth repeating: the verdict is final, the attempts are used
/// up, or the wait would not leave anything of `remaining`.
std::optional<std::chrono::milliseconds> wait_before_retry(Verdict verdict, int attempt, double random,
                                                           std::chrono::milliseconds remaining);

}  // namespace users::dynamodb
