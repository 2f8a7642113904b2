#include "core/support/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/support/matchers.h"

namespace serverless::testing {
namespace {

using Kind = Problem::Kind;

TEST(Collect, ReturnsAllValues) {
  const auto all = collect(Result<int>(7), Result<std::string>("text"));
  ASSERT_TRUE(all);
  EXPECT_EQ(*all, std::tuple(7, std::string("text")));
}

TEST(Collect, AcceptsArgumentsOfTheSameType) {
  EXPECT_EQ(collect(Result<std::string>("a"), Result<std::string>("b")).value(),
            std::tuple(std::string("a"), std::string("b")));
}

TEST(Collect, ReturnsTheFirstProblemInTheOrderOfTheArguments) {
  const Result<int> good = 7;
  const Result<int> internal = failure(Problem::internal("cause"));
  const Result<int> unavailable = failure(Problem::unavailable("cause"));
  EXPECT_THAT(collect(internal, unavailable), IsProblem(Kind::internal));
  EXPECT_THAT(collect(unavailable, internal), IsProblem(Kind::unavailable));
  EXPECT_THAT(collect(good, internal, unavailable), IsProblem(Kind::internal));
  EXPECT_THAT(collect(good, good, unavailable), IsProblem(Kind::unavailable));
}

TEST(Collect, MovesValuesThatCannotBeCopied) {
  const auto all = collect(Result<std::unique_ptr<int>>(std::make_unique<int>(7)), Result<int>(8));
  ASSERT_TRUE(all);
  EXPECT_EQ(*std::get<0>(*all), 7);
}

TEST(Unpacked, PassesTheValuesOfATupleAsArguments) {
  EXPECT_EQ(unpacked([](int a, int b) { return a - b; })(std::tuple(7, 4)), 3);
}

}  // namespace
}  // namespace serverless::testing
