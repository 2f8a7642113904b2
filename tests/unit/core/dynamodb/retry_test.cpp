#include "core/dynamodb/retry.h"

#include <gtest/gtest.h>

namespace serverless::dynamodb::testing {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr double just_below_1 = 0.999999;

TEST(RetryReason, DependsOnStatusAndException) {
  struct Case {
    int status;
    const char* exception;
    RetryReason reason;
  };
  constexpr Case cases[] = {
      {400, "ProvisionedThroughputExceededException", RetryReason::throttled},
      {400, "ThrottlingException", RetryReason::throttled},
      {400, "Throttling", RetryReason::throttled},
      {400, "RequestLimitExceeded", RetryReason::throttled},
      {400, "LimitExceededException", RetryReason::throttled},
      {503, "ThrottlingException", RetryReason::throttled},
      {429, "", RetryReason::throttled},
      {400, "TransactionConflictException", RetryReason::conflict},
      {408, "", RetryReason::transient},
      {400, "TransactionInProgressException", RetryReason::transient},
      {500, "InternalServerError", RetryReason::transient},
      {500, "", RetryReason::transient},
      {502, "", RetryReason::transient},
      {503, "ServiceUnavailable", RetryReason::transient},
      {504, "", RetryReason::transient},
      {500, "SomethingNew", RetryReason::transient},
      {400, "ConditionalCheckFailedException", RetryReason::none},
      {400, "ValidationException", RetryReason::none},
      {400, "ResourceNotFoundException", RetryReason::none},
      {400, "AccessDeniedException", RetryReason::none},
      {400, "UnrecognizedClientException", RetryReason::none},
      {400, "TransactionCanceledException", RetryReason::none},
      {400, "SomethingNew", RetryReason::none},
      {400, "", RetryReason::none},
      {403, "", RetryReason::none},
      {404, "", RetryReason::none},
      {413, "", RetryReason::none},
      {501, "", RetryReason::none},
      {505, "", RetryReason::none},
      {302, "", RetryReason::none},
  };
  for (const auto& [status, exception, reason] : cases)
    EXPECT_EQ(retry_reason(status, exception), reason) << status << " " << exception;
}

TEST(RetryReason, OfACancellationIsConflictOrThrottling) {
  EXPECT_EQ(retry_reason({"None", "TransactionConflict"}), RetryReason::conflict);
  EXPECT_EQ(retry_reason({"ConditionalCheckFailed", "TransactionConflict"}), RetryReason::conflict);
  for (const char* code : {"ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded"})
    EXPECT_EQ(retry_reason({"TransactionConflict", "None", code}), RetryReason::throttled) << code;
}

TEST(RetryReason, OfAnotherCancellationIsNone) {
  EXPECT_EQ(retry_reason({"None", "ConditionalCheckFailed"}), RetryReason::none);
  EXPECT_EQ(retry_reason({"ValidationError"}), RetryReason::none);
  EXPECT_EQ(retry_reason({"ItemCollectionSizeLimitExceeded", "None"}), RetryReason::none);
  EXPECT_EQ(retry_reason({}), RetryReason::none);
}

TEST(WaitBeforeRetry, AllowsTenAttemptsAfterConflicts) {
  EXPECT_EQ(wait_before_retry(RetryReason::conflict, 1, just_below_1, hours(1)), milliseconds(24));
  EXPECT_EQ(wait_before_retry(RetryReason::conflict, 9, just_below_1, hours(1)), milliseconds(399));
  EXPECT_EQ(wait_before_retry(RetryReason::conflict, 10, 0, hours(1)), std::nullopt);
}

TEST(WaitBeforeRetry, DoublesWithEachAttempt) {
  struct Case {
    RetryReason reason;
    int attempt;
    milliseconds longest;
  };
  constexpr Case cases[] = {
      {RetryReason::transient, 1, milliseconds(25)},   {RetryReason::transient, 2, milliseconds(50)},
      {RetryReason::transient, 3, milliseconds(100)},  {RetryReason::throttled, 1, milliseconds(1000)},
      {RetryReason::throttled, 2, milliseconds(2000)}, {RetryReason::throttled, 3, milliseconds(4000)},
  };
  for (const auto& [reason, attempt, longest] : cases) {
    EXPECT_EQ(wait_before_retry(reason, attempt, 0.0, hours(1)), milliseconds(0));
    EXPECT_EQ(wait_before_retry(reason, attempt, 0.5, hours(1)), milliseconds(longest.count() / 2));
    EXPECT_EQ(wait_before_retry(reason, attempt, just_below_1, hours(1)), longest - milliseconds(1));
  }
}

TEST(WaitBeforeRetry, AllowsFourAttemptsAfterOtherFailures) {
  for (const RetryReason reason : {RetryReason::transient, RetryReason::throttled}) {
    EXPECT_NE(wait_before_retry(reason, 3, 0.0, hours(1)), std::nullopt);
    EXPECT_EQ(wait_before_retry(reason, 4, 0.0, hours(1)), std::nullopt);
    EXPECT_EQ(wait_before_retry(reason, 5, 0.0, hours(1)), std::nullopt);
  }
}

TEST(WaitBeforeRetry, IsAbsentWithoutAReasonToRetry) {
  for (const int attempt : {1, 2, 3, 4})
    EXPECT_EQ(wait_before_retry(RetryReason::none, attempt, 0.0, hours(1)), std::nullopt);
}

TEST(WaitBeforeRetry, LeavesTimeForTheNextAttempt) {
  EXPECT_EQ(wait_before_retry(RetryReason::throttled, 1, 0.5, milliseconds(501)), milliseconds(500));
  EXPECT_EQ(wait_before_retry(RetryReason::throttled, 1, 0.5, milliseconds(500)), std::nullopt);
  EXPECT_EQ(wait_before_retry(RetryReason::transient, 1, 0.0, milliseconds(1)), milliseconds(0));
  EXPECT_EQ(wait_before_retry(RetryReason::transient, 1, 0.0, milliseconds(0)), std::nullopt);
  EXPECT_EQ(wait_before_retry(RetryReason::transient, 1, 0.0, milliseconds(-1)), std::nullopt);
}

}  // namespace
}  // namespace serverless::dynamodb::testing
