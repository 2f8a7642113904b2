#include "dynamodb/retry.h"

#include <gtest/gtest.h>

namespace users::dynamodb::testing {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr double just_below_1 = 0.999999;

TEST(Judge, TellsWhatIsWorthRepeating) {
  struct Case {
    int status;
    const char* exception;
    Verdict verdict;
  };
  constexpr Case cases[] = {
      {400, "ProvisionedThroughputExceededException", Verdict::throttled},
      {400, "ThrottlingException", Verdict::throttled},
      {400, "Throttling", Verdict::throttled},
      {400, "RequestLimitExceeded", Verdict::throttled},
      {400, "LimitExceededException", Verdict::throttled},
      {503, "ThrottlingException", Verdict::throttled},
      {429, "", Verdict::throttled},
      {400, "TransactionConflictException", Verdict::contended},
      {408, "", Verdict::transient},
      {400, "TransactionInProgressException", Verdict::transient},
      {500, "InternalServerError", Verdict::transient},
      {500, "", Verdict::transient},
      {502, "", Verdict::transient},
      {503, "ServiceUnavailable", Verdict::transient},
      {504, "", Verdict::transient},
      {500, "SomethingNew", Verdict::transient},
      {400, "ConditionalCheckFailedException", Verdict::final},
      {400, "ValidationException", Verdict::final},
      {400, "ResourceNotFoundException", Verdict::final},
      {400, "AccessDeniedException", Verdict::final},
      {400, "UnrecognizedClientException", Verdict::final},
      {400, "TransactionCanceledException", Verdict::final},
      {400, "SomethingNew", Verdict::final},
      {400, "", Verdict::final},
      {403, "", Verdict::final},
      {404, "", Verdict::final},
      {413, "", Verdict::final},
      {501, "", Verdict::final},
      {505, "", Verdict::final},
      {302, "", Verdict::final},
  };
  for (const auto& [status, exception, verdict] : cases)
    EXPECT_EQ(judge(status, exception), verdict) << status << " " << exception;
}

TEST(JudgeCancellation, RepeatsWhatOnlyStoodInTheWay) {
  EXPECT_EQ(judge_cancellation({"None", "TransactionConflict"}), Verdict::contended);
  EXPECT_EQ(judge_cancellation({"ConditionalCheckFailed", "TransactionConflict"}), Verdict::contended);
  for (const char* code : {"ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded"})
    EXPECT_EQ(judge_cancellation({"TransactionConflict", "None", code}), Verdict::throttled) << code;
}

TEST(JudgeCancellation, RepeatsNothingElse) {
  EXPECT_EQ(judge_cancellation({"None", "ConditionalCheckFailed"}), Verdict::final);
  EXPECT_EQ(judge_cancellation({"ValidationError"}), Verdict::final);
  EXPECT_EQ(judge_cancellation({"ItemCollectionSizeLimitExceeded", "None"}), Verdict::final);
  EXPECT_EQ(judge_cancellation({}), Verdict::final);
}

TEST(WaitBeforeRetry, IsPatientWithOtherTransactions) {
  EXPECT_EQ(wait_before_retry(Verdict::contended, 1, just_below_1, hours(1)), milliseconds(24));
  EXPECT_EQ(wait_before_retry(Verdict::contended, 9, just_below_1, hours(1)), milliseconds(399));
  EXPECT_EQ(wait_before_retry(Verdict::contended, 10, 0, hours(1)), std::nullopt);
}

TEST(WaitBeforeRetry, IsASpanThatDoublesWithEachAttempt) {
  struct Case {
    Verdict verdict;
    int attempt;
    milliseconds longest;
  };
  constexpr Case cases[] = {
      {Verdict::transient, 1, milliseconds(25)},   {Verdict::transient, 2, milliseconds(50)},
      {Verdict::transient, 3, milliseconds(100)},  {Verdict::throttled, 1, milliseconds(1000)},
      {Verdict::throttled, 2, milliseconds(2000)}, {Verdict::throttled, 3, milliseconds(4000)},
  };
  for (const auto& [verdict, attempt, longest] : cases) {
    EXPECT_EQ(wait_before_retry(verdict, attempt, 0.0, hours(1)), milliseconds(0));
    EXPECT_EQ(wait_before_retry(verdict, attempt, 0.5, hours(1)), milliseconds(longest.count() / 2));
    EXPECT_EQ(wait_before_retry(verdict, attempt, just_below_1, hours(1)), longest - milliseconds(1));
  }
}

TEST(WaitBeforeRetry, EndsAfterFourAttempts) {
  for (const Verdict verdict : {Verdict::transient, Verdict::throttled}) {
    EXPECT_NE(wait_before_retry(verdict, 3, 0.0, hours(1)), std::nullopt);
    EXPECT_EQ(wait_before_retry(verdict, 4, 0.0, hours(1)), std::nullopt);
    EXPECT_EQ(wait_before_retry(verdict, 5, 0.0, hours(1)), std::nullopt);
  }
}

TEST(WaitBeforeRetry, IsNotForWhatIsFinal) {
  for (const int attempt : {1, 2, 3, 4})
    EXPECT_EQ(wait_before_retry(Verdict::final, attempt, 0.0, hours(1)), std::nullopt);
}

TEST(WaitBeforeRetry, LeavesSomeTimeForTheNextAttempt) {
  EXPECT_EQ(wait_before_retry(Verdict::throttled, 1, 0.5, milliseconds(501)), milliseconds(500));
  EXPECT_EQ(wait_before_retry(Verdict::throttled, 1, 0.5, milliseconds(500)), std::nullopt);
  EXPECT_EQ(wait_before_retry(Verdict::transient, 1, 0.0, milliseconds(1)), milliseconds(0));
  EXPECT_EQ(wait_before_retry(Verdict::transient, 1, 0.0, milliseconds(0)), std::nullopt);
  EXPECT_EQ(wait_before_retry(Verdict::transient, 1, 0.0, milliseconds(-1)), std::nullopt);
}

}  // namespace
}  // namespace users::dynamodb::testing
