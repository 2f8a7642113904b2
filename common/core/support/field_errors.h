#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/support/result.h"

namespace serverless {

/// Collects the faults of a request, so that the client learns of all of them at once, up to 50.
class FieldErrors {
 public:
  static constexpr std::size_t max_errors = 50;

  /// Adds a fault; see FieldError. Ignores it when there are `max_errors` already.
  void add(std::string_view field, std::string_view code, std::string_view message) {
    if (errors_.size() < max_errors)
      errors_.push_back({std::string(field), std::string(code), std::string(message)});
  }

  /// Returns `value` when there is no fault, and otherwise Problem::invalid with all faults.
  template <typename T>
  Result<T> value_or_problem(T value) && {
    if (!errors_.empty()) return failure(Problem::invalid(std::move(errors_)));
    return value;
  }

 private:
  std::vector<FieldError> errors_;
};

}  // namespace serverless
