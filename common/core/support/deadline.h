#pragma once

#include <chrono>
#include <optional>

#include "core/support/clock.h"

namespace serverless {

/// The time by which the function must respond to the current invocation. There is one in a process: the
/// application sets it at the start of each invocation, and code that waits for a peer reads it.
class Deadline {
 public:
  explicit Deadline(const Clock& clock) : clock_(clock) {}

  /// Sets it to `instant`, or removes it.
  void set(std::optional<Instant> instant) { instant_ = instant; }

  /// Returns the time until `reserve` before the deadline; it is negative when that moment has passed.
  /// Returns 24 hours when there is no deadline.
  std::chrono::milliseconds remaining_after(std::chrono::milliseconds reserve) const {
    if (!instant_) return std::chrono::hours(24);
    return *instant_ - clock_.now() - reserve;
  }

 private:
  const Clock& clock_;
  std::optional<Instant> instant_;
};

}  // namespace serverless
