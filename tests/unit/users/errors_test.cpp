#include "users/errors.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/support/users/fakes.h"

namespace users::testing {
namespace {

using dynamodb::TableError;
using ::testing::AllOf;
using ::testing::HasSubstr;
using Kind = Problem::Kind;

TEST(ToProblem, NamesTheUserThatDoesNotExist) {
  const Problem problem = to_problem(TableError{.kind = TableError::Kind::not_found}, ada().id);
  EXPECT_EQ(problem.kind, Kind::not_found);
  EXPECT_THAT(problem.detail, HasSubstr(ada().id.text()));
}

TEST(ToProblem, NamesTheFieldThatIsTaken) {
  const Problem problem = to_problem(TableError{.kind = TableError::Kind::taken, .attribute = "foldedEmail"});
  EXPECT_EQ(problem.kind, Kind::conflict);
  EXPECT_EQ(problem.errors.at(0).field, "email");
}

TEST(ToProblem, OfAnUnexpectedErrorIsInternalAndHasACause) {
  for (const auto kind : {TableError::Kind::taken, TableError::Kind::not_found}) {
    const Problem problem = to_problem(TableError{.kind = kind, .attribute = "another", .cause = "why"});
    EXPECT_EQ(problem.kind, Kind::internal);
    EXPECT_THAT(problem.cause,
                AllOf(HasSubstr(fmt::format("(kind {})", static_cast<int>(kind))), HasSubstr("why")));
  }
}

TEST(ToProblem, KeepsTheCause) {
  const TableError busy{.kind = TableError::Kind::unavailable, .cause = "the table is slow"};
  EXPECT_EQ(to_problem(busy).kind, Kind::unavailable);
  EXPECT_EQ(to_problem(busy).cause, "the table is slow");
}

}  // namespace
}  // namespace users::testing
