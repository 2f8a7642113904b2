#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <type_traits>

#include <tl/expected.hpp>

#include "core/support/fields.h"
#include "core/support/problem.h"

// NOLINTBEGIN(readability-identifier-naming): GoogleTest's name

namespace serverless {

/// Prints a fault in the messages of GoogleTest.
inline void PrintTo(const FieldFault& fault, std::ostream* out) {
  *out << fault.code << ": " << fault.message;
}

/// Prints a problem.
inline void PrintTo(const Problem& problem, std::ostream* out) {
  *out << problem.detail;
  for (const FieldError& error : problem.errors)
    *out << " " << error.field << ": " << error.code << ": " << error.message << ".";
  if (!problem.cause.empty()) *out << " (" << problem.cause << ")";
}

}  // namespace serverless

namespace tl {

/// Prints the value or the error.
template <typename Value, typename Error>
void PrintTo(const expected<Value, Error>& result, std::ostream* out) {
  if (!result) {
    *out << "error: " << ::testing::PrintToString(result.error());
  } else if constexpr (std::is_void_v<Value>) {
    *out << "no error";
  } else {
    *out << ::testing::PrintToString(*result);
  }
}

}  // namespace tl

// NOLINTEND(readability-identifier-naming)
