#include "support/result.h"

#include <gtest/gtest.h>

#include <memory>

#include "tests/support/matchers.h"

namespace users::testing {
namespace {

using Kind = Problem::Kind;

TEST(AllOf, GivesEveryValue) {
  const auto all = all_of(Result<int>(7), Result<std::string>("text"));
  ASSERT_TRUE(all);
  EXPECT_EQ(*all, std::tuple(7, std::string("text")));
}

TEST(AllOf, GivesTheFirstProblemInTheOrderOfItsArguments) {
  const Result<int> good = 7;
  const Result<int> missing = failure(Problem::user_not_found("id"));
  const Result<int> large = failure(Problem::payload_too_large(1));
  EXPECT_THAT(all_of(missing, large), IsProblem(Kind::user_not_found));
  EXPECT_THAT(all_of(large, missing), IsProblem(Kind::payload_too_large));
  EXPECT_THAT(all_of(good, missing, large), IsProblem(Kind::user_not_found));
  EXPECT_THAT(all_of(good, good, large), IsProblem(Kind::payload_too_large));
}

TEST(AllOf, MovesWhatCanNotBeCopied) {
  const auto all = all_of(Result<std::unique_ptr<int>>(std::make_unique<int>(7)), Result<int>(8));
  ASSERT_TRUE(all);
  EXPECT_EQ(*std::get<0>(*all), 7);
}

}  // namespace
}  // namespace users::testing
