#include "core/dynamodb/retry.h"

#include <gtest/gtest.h>

namespace serverless::dynamodb::testing {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr double just_below_1 = 0.999999;

struct Row {
  int status;
  const char* exception;
  RetryReason reason;
};

// AWS's table, with its column "OK to retry?".
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html#Programming.Errors.MessagesAndCodes
TEST(RetryReason, FollowsTheErrorTableOfAws) {
  struct AwsRow {
    Row row;
    bool ok_to_retry;
  };
  constexpr AwsRow rows[] = {
      {{400, "AccessDeniedException", RetryReason::none}, false},
      {{400, "ConditionalCheckFailedException", RetryReason::none}, false},
      {{400, "IncompleteSignatureException", RetryReason::none}, false},
      {{400, "ItemCollectionSizeLimitExceededException", RetryReason::none}, true},
      {{400, "LimitExceededException", RetryReason::throttled}, true},
      {{400, "MissingAuthenticationTokenException", RetryReason::none}, false},
      {{400, "ProvisionedThroughputExceededException", RetryReason::throttled}, true},
      {{400, "ReplicatedWriteConflictException", RetryReason::conflict}, true},
      {{400, "RequestLimitExceeded", RetryReason::throttled}, true},
      {{400, "ResourceInUseException", RetryReason::none}, false},
      {{400, "ResourceNotFoundException", RetryReason::none}, false},
      {{400, "ThrottlingException", RetryReason::throttled}, true},
      {{400, "UnrecognizedClientException", RetryReason::signature_refused}, true},
      {{400, "ValidationException", RetryReason::none}, false},
      {{500, "InternalServerError", RetryReason::transient}, true},
      {{503, "ServiceUnavailable", RetryReason::transient}, true},
  };
  for (const auto& [row, ok_to_retry] : rows) {
    EXPECT_EQ(retry_reason(row.status, row.exception), row.reason) << row.exception;
    // The only difference: a collection does not become smaller while a request waits.
    const bool follows = row.exception != std::string_view("ItemCollectionSizeLimitExceededException");
    EXPECT_EQ(row.reason != RetryReason::none, ok_to_retry && follows) << row.exception;
  }
}

TEST(RetryReason, FollowsTheDocumentationOfOtherExceptions) {
  constexpr Row rows[] = {
      // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#API_TransactWriteItems_Errors
      {400, "IdempotentParameterMismatchException", RetryReason::none},
      {400, "TransactionCanceledException", RetryReason::none},
      {400, "TransactionConflictException", RetryReason::conflict},
      {400, "TransactionInProgressException", RetryReason::transient},
      // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html
      {403, "ExpiredTokenException", RetryReason::none},
      {403, "IncompleteSignature", RetryReason::none},
      {500, "InternalFailure", RetryReason::transient},
      {400, "MalformedHttpRequestException", RetryReason::none},
      {401, "NotAuthorized", RetryReason::none},
      {403, "OptInRequired", RetryReason::none},
      {400, "RequestAbortedException", RetryReason::none},
      {413, "RequestEntityTooLargeException", RetryReason::none},
      {400, "RequestExpired", RetryReason::signature_refused},
      {408, "RequestTimeoutException", RetryReason::transient},
      {403, "UnrecognizedClientException", RetryReason::signature_refused},
      {404, "UnknownOperationException", RetryReason::none},
      {400, "ValidationError", RetryReason::none},
      // The lists of AWS's SDKs
      {400, "Throttling", RetryReason::throttled},
      {400, "AuthFailure", RetryReason::signature_refused},
      {400, "InvalidSignatureException", RetryReason::signature_refused},
      {403, "RequestInTheFuture", RetryReason::signature_refused},
      {403, "RequestTimeTooSkewed", RetryReason::signature_refused},
      {403, "SignatureDoesNotMatch", RetryReason::signature_refused},
  };
  for (const auto& [status, exception, reason] : rows)
    EXPECT_EQ(retry_reason(status, exception), reason) << status << " " << exception;
}

TEST(RetryReason, OfAnUnknownExceptionDependsOnTheStatus) {
  constexpr Row rows[] = {
      {429, "", RetryReason::throttled},
      {408, "", RetryReason::transient},
      {500, "", RetryReason::transient},
      {502, "", RetryReason::transient},
      {503, "", RetryReason::transient},
      {504, "", RetryReason::transient},
      {500, "SomethingNew", RetryReason::transient},
      {400, "SomethingNew", RetryReason::none},
      {400, "", RetryReason::none},
      {403, "", RetryReason::none},
      {404, "", RetryReason::none},
      {413, "", RetryReason::none},
      {501, "", RetryReason::none},
      {505, "", RetryReason::none},
      {302, "", RetryReason::none},
  };
  for (const auto& [status, exception, reason] : rows)
    EXPECT_EQ(retry_reason(status, exception), reason) << status << " " << exception;
}

TEST(RetryReason, OfAServerErrorIsTransientOrThrottling) {
  EXPECT_EQ(retry_reason(503, "ThrottlingException"), RetryReason::throttled);
  EXPECT_EQ(retry_reason(500, "ValidationException"), RetryReason::transient);
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
      {RetryReason::transient, 1, milliseconds(25)},         {RetryReason::transient, 2, milliseconds(50)},
      {RetryReason::transient, 3, milliseconds(100)},        {RetryReason::throttled, 1, milliseconds(1000)},
      {RetryReason::throttled, 2, milliseconds(2000)},       {RetryReason::throttled, 3, milliseconds(4000)},
      {RetryReason::signature_refused, 1, milliseconds(25)},
  };
  for (const auto& [reason, attempt, longest] : cases) {
    EXPECT_EQ(wait_before_retry(reason, attempt, 0.0, hours(1)), milliseconds(0));
    EXPECT_EQ(wait_before_retry(reason, attempt, 0.5, hours(1)), milliseconds(longest.count() / 2));
    EXPECT_EQ(wait_before_retry(reason, attempt, just_below_1, hours(1)), longest - milliseconds(1));
  }
}

TEST(WaitBeforeRetry, AllowsFourAttemptsAfterOtherFailures) {
  for (const RetryReason reason :
       {RetryReason::transient, RetryReason::throttled, RetryReason::signature_refused}) {
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
