#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace users {

/// A moment in UTC, to the millisecond: the resolution of the contract's timestamps and of Lambda's
/// deadlines.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

/// Time comes in through this, so that a test can hold it still and sleep for nothing.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
  virtual void sleep_for(std::chrono::milliseconds duration) = 0;
};

class SystemClock final : public Clock {
 public:
  Instant now() const override;
  void sleep_for(std::chrono::milliseconds duration) override;
};

/// RFC 3339 in UTC, always with milliseconds: `2026-01-02T03:04:05.678Z`. Years 0000 to 9999.
std::string to_rfc3339(Instant instant);

/// The inverse of to_rfc3339; nothing for any other form.
std::optional<Instant> from_rfc3339(std::string_view text);

}  // namespace users
