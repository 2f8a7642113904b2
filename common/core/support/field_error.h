#pragma once

#include <string>

namespace serverless {

/// One fault of a request, as the client sees it in `errors`.
struct FieldError {
  /// The name of the invalid member, query parameter, header or path parameter; empty for the whole body.
  std::string field;
  /// The code, for programs: `required`, `wrong_type`, `too_short`, `too_long`, `out_of_range`,
  /// `invalid_format`, `unknown_field`, `taken` or `malformed_json`.
  std::string code;
  /// The rule, for people: "must be from 1 to 100".
  std::string message;

  bool operator==(const FieldError&) const = default;
};

}  // namespace serverless
