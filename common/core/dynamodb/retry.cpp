#include "core/dynamodb/retry.h"

#include <algorithm>
#include <array>

namespace serverless::dynamodb {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds transient_base{25};
constexpr milliseconds throttled_base{1000};
constexpr milliseconds longest_span{20'000};
constexpr milliseconds longest_conflict_span{400};

constexpr std::array<std::string_view, 5> throttling_exceptions = {
    "ProvisionedThroughputExceededException", "ThrottlingException", "Throttling", "RequestLimitExceeded",
    "LimitExceededException"};
constexpr std::array<std::string_view, 3> transient_exceptions = {
    "TransactionInProgressException", "InternalServerError", "ServiceUnavailable"};
constexpr std::string_view conflict_exception = "TransactionConflictException";
// Cancellation codes lack the suffix "Exception".
constexpr std::array<std::string_view, 3> throttling_codes = {"ProvisionedThroughputExceeded",
                                                              "ThrottlingError", "RequestLimitExceeded"};
constexpr std::string_view conflict_code = "TransactionConflict";

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

RetryReason retry_reason(int status, std::string_view exception) {
  if (status == 429 || contains(throttling_exceptions, exception)) return RetryReason::throttled;
  if (exception == conflict_exception) return RetryReason::conflict;
  const bool transient_status =
      status == 408 || status == 500 || status == 502 || status == 503 || status == 504;
  if (transient_status || contains(transient_exceptions, exception)) return RetryReason::transient;
  return RetryReason::none;
}

RetryReason retry_reason(const std::vector<std::string_view>& cancellation_codes) {
  const auto is_throttling = [](std::string_view code) { return contains(throttling_codes, code); };
  if (std::ranges::any_of(cancellation_codes, is_throttling)) return RetryReason::throttled;
  if (std::ranges::find(cancellation_codes, conflict_code) != cancellation_codes.end())
    return RetryReason::conflict;
  return RetryReason::none;
}

std::optional<milliseconds> wait_before_retry(RetryReason reason, int attempt, double random,
                                              milliseconds remaining) {
  if (reason == RetryReason::none) return std::nullopt;
  const bool conflict = reason == RetryReason::conflict;
  if (attempt >= (conflict ? max_attempts_after_conflict : max_attempts)) return std::nullopt;
  const milliseconds base = reason == RetryReason::throttled ? throttled_base : transient_base;
  const milliseconds span =
      std::min(base * (1 << (attempt - 1)), conflict ? longest_conflict_span : longest_span);
  const milliseconds wait(static_cast<milliseconds::rep>(random * static_cast<double>(span.count())));
  if (wait >= remaining) return std::nullopt;
  return wait;
}

}  // namespace serverless::dynamodb
