#include "core/support/problem.h"

#include <gmock/gmock.h>

namespace serverless::testing {
namespace {

using Kind = Problem::Kind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Problem, ListsEveryInvalidField) {
  const std::vector<FieldError> errors = {{"name", "required", "is required"},
                                          {"quantity", "wrong_type", "must be an integer"}};
  const Problem problem = Problem::invalid(errors);
  EXPECT_EQ(problem.kind, Kind::invalid_request);
  EXPECT_EQ(problem.errors, errors);
  EXPECT_NE(problem.detail, "");
}

TEST(Problem, NamesOneField) {
  const Problem problem = Problem::invalid("quantity", "out_of_range", "must be from 1 to 100");
  EXPECT_EQ(problem.kind, Kind::invalid_request);
  EXPECT_THAT(problem.errors, ElementsAre(FieldError{"quantity", "out_of_range", "must be from 1 to 100"}));
}

TEST(Problem, HidesItsCauseFromTheClient) {
  for (const auto& [problem, kind] :
       {std::pair(Problem::internal("table Secret is gone"), Kind::internal),
        std::pair(Problem::unavailable("table Secret is slow"), Kind::unavailable)}) {
    EXPECT_EQ(problem.kind, kind);
    EXPECT_THAT(problem.cause, HasSubstr("Secret"));
    EXPECT_THAT(problem.detail, ::testing::Not(HasSubstr("Secret")));
    EXPECT_TRUE(problem.errors.empty());
  }
}

}  // namespace
}  // namespace serverless::testing
