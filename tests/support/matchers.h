#pragma once

#include <gmock/gmock.h>

#include <vector>

#include "http/message.h"
#include "support/result.h"
#include "users/user_json.h"

namespace users {

/// How GoogleTest shows a user.
inline void PrintTo(const User& user, std::ostream* out) {  // NOLINT(readability-identifier-naming)
  *out << to_json(user);
}

}  // namespace users

namespace users::testing {

/// The header fields in their order, for matchers of containers.
inline std::vector<http::Headers::Field> fields(const http::Headers& headers) {
  return {headers.begin(), headers.end()};
}

/// The problem is about this one field, with this code.
MATCHER_P2(IsInvalid, field, code, "") {
  if (arg.has_value()) return *result_listener << "it is no problem", false;
  const Problem& problem = arg.error();
  if (problem.kind != Problem::Kind::invalid_request || problem.errors.size() != 1) {
    return *result_listener << problem.detail << ", " << problem.errors.size() << " errors", false;
  }
  *result_listener << problem.errors[0].field << ": " << problem.errors[0].code;
  return problem.errors[0].field == field && problem.errors[0].code == code;
}

/// The problem is of this kind.
MATCHER_P(IsProblem, kind, "") {
  if (arg.has_value()) return *result_listener << "it is no problem", false;
  *result_listener << arg.error().detail << " " << arg.error().cause;
  return arg.error().kind == kind;
}

/// The result is a response with this status.
MATCHER_P(HasStatus, status, "") {
  if (!arg.has_value()) return *result_listener << arg.error().detail << " " << arg.error().cause, false;
  *result_listener << arg->status;
  return arg->status == status;
}

}  // namespace users::testing
