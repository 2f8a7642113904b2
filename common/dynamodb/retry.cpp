#include "dynamodb/retry.h"

#include <algorithm>
#include <array>

namespace users::dynamodb {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds transient_base{25};
constexpr milliseconds throttled_base{1000};
constexpr milliseconds longest_span{20'000};

constexpr std::array<std::string_view, 5> throttling = {"ProvisionedThroughputExceededException",
                                                        "ThrottlingException", "Throttling",
                                                        "RequestLimitExceeded", "LimitExceededException"};
constexpr std::array<std::string_view, 4> passing = {"TransactionInProgressException",
                                                     "TransactionConflictException", "InternalServerError",
                                                     "ServiceUnavailable"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Verdict judge(int status, std::string_view exception) {
  if (status == 429 || contains(throttling, exception)) return Verdict::throttled;
  const bool passing_status =
      status == 408 || status == 500 || status == 502 || status == 503 || status == 504;
  if (passing_status || contains(passing, exception)) return Verdict::transient;
  return Verdict::final;
}

std::optional<milliseconds> wait_before_retry(Verdict verdict, int attempt, double random,
                                              milliseconds remaining) {
  if (verdict == Verdict::final || attempt >= max_attempts) return std::nullopt;
  const milliseconds base = verdict == Verdict::throttled ? throttled_base : transient_base;
  const milliseconds span = std::min(base * (1 << (attempt - 1)), longest_span);
  const milliseconds wait(static_cast<milliseconds::rep>(random * static_cast<double>(span.count())));
  if (wait >= remaining) return std::nullopt;
  return wait;
}

}  // namespace users::dynamodb
