#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace serverless {

/// A moment in UTC with a resolution of one millisecond, as in Lambda's deadlines.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

/// The source of time; an interface, so that tests can control time.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
  virtual void sleep_for(std::chrono::milliseconds duration) = 0;
};

/// The system's wall clock, which may jump when the system corrects it.
class SystemClock final : public Clock {
 public:
  Instant now() const override;
  void sleep_for(std::chrono::milliseconds duration) override;
};

/// Returns the whole seconds since 1970, rounded down.
inline std::int64_t epoch_seconds(Instant instant) {
  return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

/// Formats a duration, which is not negative, in milliseconds with three decimals: `1.234`.
std::string to_milliseconds(std::chrono::microseconds duration);

/// Formats an instant as RFC 3339 in UTC, always with milliseconds: `2026-01-02T03:04:05.678Z`. The year must
/// be from 0000 to 9999.
std::string to_rfc3339(Instant instant);

/// Parses the output of to_rfc3339. Returns nothing for any other text.
std::optional<Instant> from_rfc3339(std::string_view text);

}  // namespace serverless
