#pragma once

#include <gmock/gmock.h>

#include <vector>

#include "core/http/message.h"
#include "core/support/result.h"
#include "tests/support/printers.h"

namespace serverless::testing {

/// Returns the header fields in order, for matchers of containers.
inline std::vector<http::Headers::Field> fields(const http::Headers& headers) {
  return {headers.begin(), headers.end()};
}

/// Matches a problem with a single error, for this field and with this code.
MATCHER_P2(IsInvalid, field, code, "") {
  if (arg.has_value()) {
    *result_listener << "not a problem";
    return false;
  }
  const Problem& problem = arg.error();
  if (problem.kind != Problem::Kind::invalid_request || problem.errors.size() != 1) {
    *result_listener << problem.detail << ", " << problem.errors.size() << " errors";
    return false;
  }
  *result_listener << problem.errors[0].field << ": " << problem.errors[0].code;
  return problem.errors[0].field == field && problem.errors[0].code == code;
}

/// Matches a problem of this kind.
MATCHER_P(IsProblem, kind, "") {
  if (arg.has_value()) {
    *result_listener << "not a problem";
    return false;
  }
  *result_listener << arg.error().detail << " " << arg.error().cause;
  return arg.error().kind == kind;
}

/// Matches a response with this status.
MATCHER_P(HasStatus, status, "") {
  if (!arg.has_value()) {
    *result_listener << arg.error().detail << " " << arg.error().cause;
    return false;
  }
  *result_listener << arg->status;
  return arg->status == status;
}

}  // namespace serverless::testing
