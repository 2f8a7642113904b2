#pragma once

#include <chrono>
#include <optional>
#include <string_view>

/// When and how long to wait before an attempt is repeated: the AWS SDKs' "standard" mode.
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
namespace users::dynamodb {

enum class Verdict {
  /// The same request may succeed in a moment.
  transient,
  /// DynamoDB asks for less traffic.
  throttled,
  /// Repeating changes nothing.
  final,
};

/// Judges an error reply by its HTTP status and the name of its exception.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
Verdict judge(int status, std::string_view exception);

constexpr int max_attempts = 4;

/// How long to wait after the attempt number `attempt` (from 1) failed: full jitter over a doubling span,
/// `random` from [0, 1). Nothing when it is not worth repeating: the verdict is final, the attempts are used
/// up, or the wait would not leave anything of `remaining`.
std::optional<std::chrono::milliseconds> wait_before_retry(Verdict verdict, int attempt, double random,
                                                           std::chrono::milliseconds remaining);

}  // namespace users::dynamodb
