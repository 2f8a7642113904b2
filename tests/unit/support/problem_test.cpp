#include "support/problem.h"

#include <gmock/gmock.h>

namespace users::testing {
namespace {

using Kind = Problem::Kind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Problem, NamesEveryFieldAtFault) {
  const std::vector<FieldError> errors = {{"name", "required", "is required"}, {"age", "wrong_type", "no"}};
  const Problem problem = Problem::invalid(errors);
  EXPECT_EQ(problem.kind, Kind::invalid_request);
  EXPECT_EQ(problem.errors, errors);
  EXPECT_NE(problem.detail, "");
}

TEST(Problem, NamesOneField) {
  const Problem problem = Problem::invalid("age", "out_of_range", "must be from 1 to 150");
  EXPECT_EQ(problem.kind, Kind::invalid_request);
  EXPECT_THAT(problem.errors, ElementsAre(FieldError{"age", "out_of_range", "must be from 1 to 150"}));
}

TEST(Problem, OfMalformedJsonIsAboutTheWholeBody) {
  const Problem problem = Problem::malformed_json("must be JSON");
  EXPECT_EQ(problem.kind, Kind::invalid_request);
  EXPECT_THAT(problem.errors, ElementsAre(FieldError{"", "malformed_json", "must be JSON"}));
}

TEST(Problem, TellsTheClientWhatItNeeds) {
  EXPECT_EQ(Problem::route_not_found().kind, Kind::route_not_found);

  EXPECT_EQ(Problem::method_not_allowed("GET").kind, Kind::method_not_allowed);
  EXPECT_EQ(Problem::method_not_allowed("GET").allow, "GET");

  EXPECT_EQ(Problem::email_taken().kind, Kind::conflict);
  EXPECT_THAT(Problem::email_taken().errors,
              ElementsAre(FieldError{"email", "taken", "must not be the address of another user"}));

  EXPECT_EQ(Problem::user_not_found("the-id").kind, Kind::user_not_found);
  EXPECT_THAT(Problem::user_not_found("the-id").detail, HasSubstr("the-id"));

  EXPECT_EQ(Problem::conflict("There is one already.").kind, Kind::conflict);
  EXPECT_EQ(Problem::conflict("There is one already.").detail, "There is one already.");

  EXPECT_EQ(Problem::precondition_failed().kind, Kind::precondition_failed);

  EXPECT_EQ(Problem::payload_too_large(16384).kind, Kind::payload_too_large);
  EXPECT_THAT(Problem::payload_too_large(16384).detail, HasSubstr("16384"));

  EXPECT_EQ(Problem::unsupported_media_type().kind, Kind::unsupported_media_type);
  EXPECT_THAT(Problem::unsupported_media_type().detail, HasSubstr("application/json"));
}

TEST(Problem, KeepsItsCauseOutOfWhatTheClientSees) {
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
}  // namespace users::testing
