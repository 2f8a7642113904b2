#include "core/dynamodb/retry.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace serverless::dynamodb {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds transient_base{25};
constexpr milliseconds throttled_base{1000};
constexpr milliseconds longest_span{20'000};
constexpr milliseconds longest_conflict_span{400};

struct Decision {
  std::string_view exception;
  RetryReason reason;
};

/// The decision for each exception in AWS's lists, some of which state whether an exception is "OK to retry".
/// A comment explains each decision that differs. When an exception is not a reason to retry, or is not
/// listed, the HTTP status decides: 408 and most server errors are transient.
constexpr Decision decisions[] = {
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
    {"AccessDeniedException", RetryReason::none},
    {"ConditionalCheckFailedException", RetryReason::none},
    {"IncompleteSignatureException", RetryReason::none},
    // AWS: OK to retry. But a collection of items that is too large for a local index stays too large.
    {"ItemCollectionSizeLimitExceededException", RetryReason::none},
    {"LimitExceededException", RetryReason::throttled},
    {"MissingAuthenticationTokenException", RetryReason::none},
    {"ProvisionedThroughputExceededException", RetryReason::throttled},
    {"ReplicatedWriteConflictException", RetryReason::conflict},
    {"RequestLimitExceeded", RetryReason::throttled},
    {"ResourceInUseException", RetryReason::none},
    {"ResourceNotFoundException", RetryReason::none},
    {"ThrottlingException", RetryReason::throttled},
    {"UnrecognizedClientException", RetryReason::signature_refused},
    {"ValidationException", RetryReason::none},
    {"InternalServerError", RetryReason::transient},
    {"ServiceUnavailable", RetryReason::transient},
    // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#API_TransactWriteItems_Errors
    {"IdempotentParameterMismatchException", RetryReason::none},
    {"TransactionCanceledException", RetryReason::none},  // unless its codes say otherwise
    {"TransactionConflictException", RetryReason::conflict},
    {"TransactionInProgressException", RetryReason::transient},
    // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html
    {"ExpiredTokenException", RetryReason::none},  // the function has no other token
    {"IncompleteSignature", RetryReason::none},
    {"InternalFailure", RetryReason::transient},
    {"MalformedHttpRequestException", RetryReason::none},
    {"NotAuthorized", RetryReason::none},
    {"OptInRequired", RetryReason::none},
    {"RequestAbortedException", RetryReason::none},
    {"RequestEntityTooLargeException", RetryReason::none},
    {"RequestExpired", RetryReason::signature_refused},
    {"RequestTimeoutException", RetryReason::transient},
    {"UnknownOperationException", RetryReason::none},
    {"ValidationError", RetryReason::none},
    // The other exceptions that AWS's SDKs retry:
    // https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
    {"Throttling", RetryReason::throttled},
    // The other exceptions after which they correct the clock, as in AwsErrorCode of aws-sdk-java-v2:
    {"AuthFailure", RetryReason::signature_refused},
    {"InvalidSignatureException", RetryReason::signature_refused},
    {"RequestInTheFuture", RetryReason::signature_refused},
    {"RequestTimeTooSkewed", RetryReason::signature_refused},
    {"SignatureDoesNotMatch", RetryReason::signature_refused},
};
// Cancellation codes lack the suffix "Exception".
constexpr std::array<std::string_view, 3> throttling_codes = {"ProvisionedThroughputExceeded",
                                                              "ThrottlingError", "RequestLimitExceeded"};
constexpr std::string_view conflict_code = "TransactionConflict";

}  // namespace

RetryReason retry_reason(int status, std::string_view exception) {
  if (status == 429) return RetryReason::throttled;
  const auto* decision = std::ranges::find(decisions, exception, &Decision::exception);
  if (decision != std::end(decisions) && decision->reason != RetryReason::none) return decision->reason;
  const bool transient_status =
      status == 408 || status == 500 || status == 502 || status == 503 || status == 504;
  return transient_status ? RetryReason::transient : RetryReason::none;
}

RetryReason retry_reason(const std::vector<std::string_view>& cancellation_codes) {
  const auto is_throttling = [](std::string_view code) {
    return std::ranges::find(throttling_codes, code) != throttling_codes.end();
  };
  if (std::ranges::any_of(cancellation_codes, is_throttling)) return RetryReason::throttled;
  if (std::ranges::find(cancellation_codes, conflict_code) != cancellation_codes.end())
    return RetryReason::conflict;
  return RetryReason::none;
}

std::optional<milliseconds> wait_before_retry(RetryReason reason, int attempt, double random,
                                              milliseconds remaining) {
  if (reason == RetryReason::none) return std::nullopt;
  const bool conflict = reason == RetryReason::conflict;
  if (attempt >= (conflict ? max_attempts_after_conflict : max_attempts)) return std::nullopt;
  const milliseconds base = reason == RetryReason::throttled ? throttled_base : transient_base;
  const milliseconds span =
      std::min(base * (1 << (attempt - 1)), conflict ? longest_conflict_span : longest_span);
  const milliseconds wait(static_cast<milliseconds::rep>(random * static_cast<double>(span.count())));
  if (wait >= remaining) return std::nullopt;
  return wait;
}

}  // namespace serverless::dynamodb
