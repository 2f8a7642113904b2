#include "dynamodb/retry.h"

#include <algorithm>
#include <array>

namespace users::dynamodb {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds transient_base{25};
constexpr milliseconds throttled_base{1000};
constexpr milliseconds longest_span{20'000};
constexpr milliseconds longest_contended_span{400};

constexpr std::array<std::string_view, 5> throttling = {"ProvisionedThroughputExceededException",
                                                        "ThrottlingException", "Throttling",
                                                        "RequestLimitExceeded", "LimitExceededException"};
constexpr std::array<std::string_view, 3> passing = {"TransactionInProgressException", "InternalServerError",
                                                     "ServiceUnavailable"};
constexpr std::string_view conflict = "TransactionConflictException";
// The codes of reasons go without "Exception".
constexpr std::array<std::string_view, 3> throttling_reasons = {"ProvisionedThroughputExceeded",
                                                                "ThrottlingError", "RequestLimitExceeded"};
constexpr std::string_view conflict_reason = "TransactionConflict";

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Verdict judge(int status, std::string_view exception) {
  if (status == 429 || contains(throttling, exception)) return Verdict::throttled;
  if (exception == conflict) return Verdict::contended;
  const bool passing_status =
      status == 408 || status == 500 || status == 502 || status == 503 || status == 504;
  if (passing_status || contains(passing, exception)) return Verdict::transient;
  return Verdict::final;
}

Verdict judge_cancellation(const std::vector<std::string_view>& codes) {
  const auto any = [&](auto is) { return std::any_of(codes.begin(), codes.end(), is); };
  if (any([](std::string_view code) { return contains(throttling_reasons, code); }))
    return Verdict::throttled;
  if (any([](std::string_view code) { return code == conflict_reason; })) return Verdict::contended;
  return Verdict::final;
}

std::optional<milliseconds> wait_before_retry(Verdict verdict, int attempt, double random,
                                              milliseconds remaining) {
  const bool contended = verdict == Verdict::contended;
  if (verdict == Verdict::final || attempt >= (contended ? max_contended_attempts : max_attempts))
    return std::nullopt;
  const milliseconds base = verdict == Verdict::throttled ? throttled_base : transient_base;
  const milliseconds span =
      std::min(base * (1 << (attempt - 1)), contended ? longest_contended_span : longest_span);
  const milliseconds wait(static_cast<milliseconds::rep>(random * static_cast<double>(span.count())));
  if (wait >= remaining) return std::nullopt;
  return wait;
}

}  // namespace users::dynamodb
