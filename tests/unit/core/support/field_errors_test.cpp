#include "core/support/field_errors.h"

#include <gtest/gtest.h>

namespace serverless::testing {
namespace {

TEST(FieldErrors, KeepTheValueWhenEmpty) {
  EXPECT_EQ(FieldErrors().value_or_problem(7).value(), 7);
}

TEST(FieldErrors, ReplaceTheValueWithAProblem) {
  FieldErrors errors;
  errors.add("a", "required", "is required");
  errors.add("b", "wrong_type", "must be a string");
  const auto result = std::move(errors).value_or_problem(7);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, Problem::Kind::invalid_request);
  EXPECT_EQ(result.error().errors, (std::vector<FieldError>{{"a", "required", "is required"},
                                                            {"b", "wrong_type", "must be a string"}}));
}

TEST(FieldErrors, AreAtMostFifty) {
  FieldErrors errors;
  for (int i = 0; i < 60; ++i) errors.add("a", "required", "is required");
  EXPECT_EQ(std::move(errors).value_or_problem(7).error().errors.size(), 50U);
}

}  // namespace
}  // namespace serverless::testing
