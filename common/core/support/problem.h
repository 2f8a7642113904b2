#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/support/field_error.h"

namespace serverless {

/// The reason why a request cannot be fulfilled: one error with a part for the client and a part for the log.
///
/// A Problem is a value. Named factories create it, and http/problem_response.h converts it to a response.
/// The factories here name no resource; a domain adds its own factories ("There is no order 7.").
struct Problem {
  /// One kind for each HTTP status of an error response.
  enum class Kind {
    invalid_request,
    unauthenticated,
    forbidden,
    not_found,
    method_not_allowed,
    conflict,
    gone,
    precondition_failed,
    payload_too_large,
    unsupported_media_type,
    unprocessable,
    internal,
    unavailable,
  };

  Kind kind;
  /// One or two sentences for the client.
  std::string detail;
  /// The invalid fields, for the client.
  std::vector<FieldError> errors = {};
  /// The reason, for the log only.
  std::string cause = {};
  /// Header fields of the response, such as `Allow`.
  std::vector<std::pair<std::string, std::string>> headers = {};

  /// Returns the problem of a request with invalid fields.
  static Problem invalid(std::vector<FieldError> errors);
  static Problem invalid(std::string field, std::string code, std::string message);
  /// Returns the problem of a function that failed. The client learns nothing else; `cause` goes to the log.
  static Problem internal(std::string cause);
  /// Returns the problem of a dependency that was too slow or too busy; the client may try again.
  static Problem unavailable(std::string cause);
};

}  // namespace serverless
