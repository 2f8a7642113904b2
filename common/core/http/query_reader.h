#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/http/message.h"
#include "core/support/field_errors.h"

namespace serverless::http {

/// Reads query parameters and collects their faults. Parameters that are not read are ignored.
class QueryReader {
 public:
  /// `request` must outlive the reader.
  explicit QueryReader(const Request& request) : request_(request) {}

  /// Returns the value. Returns nothing when the parameter is absent. A parameter that appears more than once
  /// is a fault, and the result is nothing.
  std::optional<std::string> text(std::string_view name);

  /// Parses an integer from `min` (0 or more) to `max`, written only in ASCII digits. Any other text is a
  /// fault, and the result is `min`.
  int integer(std::string_view name, std::string_view text, int min, int max);

  /// Adds a fault of the parameter `name`; see FieldError.
  void add_fault(std::string_view name, std::string_view code, std::string_view message) {
    faults_.add(name, code, message);
  }

  /// Returns `value`, or Problem::invalid when there were faults.
  template <typename T>
  Result<T> value_or_problem(T value) && {
    return std::move(faults_).value_or_problem(std::move(value));
  }

 private:
  const Request& request_;
  FieldErrors faults_;
};

}  // namespace serverless::http
