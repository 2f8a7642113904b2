#pragma once

#include <string>

#include "core/support/clock.h"

namespace serverless::http {

/// The data by which the store recognizes a repeated request. It does not reveal the caller, the key or the
/// values.
struct IdempotencyRecord {
  /// Identifies the caller and the key.
  std::string digest;
  /// Identifies the values: equal for equal values.
  std::string fingerprint;
  Instant requested_at;
  /// The time from which the store may discard the record.
  Instant expires_at;

  bool operator==(const IdempotencyRecord&) const = default;
};

}  // namespace serverless::http
