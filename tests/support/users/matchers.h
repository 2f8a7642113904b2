#pragma once

#include <gmock/gmock.h>

#include "tests/support/matchers.h"
#include "users/user_json.h"
#include "users/user_store.h"

namespace users {

/// Prints a user in the messages of GoogleTest.
inline void PrintTo(const User& user, std::ostream* out) {  // NOLINT(readability-identifier-naming)
  *out << to_json(user);
}

}  // namespace users

namespace users::testing {

using serverless::testing::HasStatus;
using serverless::testing::IsInvalid;
using serverless::testing::IsProblem;

/// Matches this user.
MATCHER_P(IsUser, user, "") {
  if (!arg.has_value()) {
    *result_listener << arg.error().detail << " " << arg.error().cause;
    return false;
  }
  *result_listener << to_json(*arg);
  return *arg == user;
}

/// Matches the creation of this user.
MATCHER_P2(IsCreation, user, replayed, "") {
  if (!arg.has_value()) {
    *result_listener << arg.error().detail << " " << arg.error().cause;
    return false;
  }
  *result_listener << to_json(arg->user) << (arg->replayed ? ", replayed" : "");
  return arg->user == user && arg->replayed == replayed;
}

/// Matches the problem of an address that another user has.
MATCHER(IsEmailTaken, "") {
  return !arg.has_value() && arg.error().kind == Problem::Kind::conflict && arg.error().errors.size() == 1 &&
         arg.error().errors[0].field == "email" && arg.error().errors[0].code == "taken";
}

}  // namespace users::testing
