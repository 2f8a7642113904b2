#pragma once

#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/http/message.h"
#include "core/support/field_errors.h"
#include "core/support/result.h"

namespace serverless::http {

/// Reads query parameters and collects their faults. Parameters that are not read are ignored.
class QueryReader {
 public:
  /// `request` must outlive the reader.
  explicit QueryReader(const Request& request) : request_(request) {}

  /// Returns whether the query has the parameter, once or more often.
  bool has(std::string_view name) const;

  /// Returns the value, a part of the request; nothing when the parameter is absent or, which is a fault,
  /// appears more than once.
  std::optional<std::string_view> text(std::string_view name);

  /// Returns an integer from `min` (0 or more) to `max`, written in ASCII digits only; nothing when the
  /// parameter is absent or at fault.
  std::optional<int> integer(std::string_view name, int min, int max);

  /// Returns what `rule`, a rule of texts as in support/fields.h, returns for the value; nothing when the
  /// parameter is absent or at fault. The value may be any bytes.
  template <typename Rule>
  auto checked(std::string_view name, Rule rule) {
    std::optional<typename std::invoke_result_t<Rule, std::string_view>::value_type> valid;
    if (const auto given = text(name)) {
      auto result = rule(*given);
      if (result) {
        valid = *std::move(result);
      } else {
        add_fault(name, result.error().code, result.error().message);
      }
    }
    return valid;
  }

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
