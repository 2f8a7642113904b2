#include "core/dynamodb/client.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/dynamodb/retry.h"
#include "core/http/date.h"
#include "core/net/url.h"
#include "core/support/crc32.h"

namespace serverless::dynamodb {

/// One failed attempt.
struct FailedAttempt {
  RetryReason retry;
  Error error;
  /// Whether DynamoDB may have carried out the request nevertheless.
  bool maybe_done;
  /// After a refused signature: the time of DynamoDB's clock, if the response contains it.
  std::optional<Instant> date = {};
};

namespace {

using std::chrono::milliseconds;

/// The part of the invocation's time that is reserved for writing the response.
constexpr milliseconds reserve{150};
/// The limit of one attempt: a silent connection must leave time for another attempt.
constexpr milliseconds attempt_timeout{3000};
/// DynamoDB accepts signatures that are some minutes old. A clock that differs by less than a minute is not
/// the reason for a refusal.
constexpr milliseconds least_correction = std::chrono::minutes(1);

constexpr std::string_view refusal_code = "ConditionalCheckFailed";

tl::unexpected<FailedAttempt> transient_failure(std::string message, bool maybe_done) {
  return tl::unexpected<FailedAttempt>(
      {.retry = RetryReason::transient,
       .error = {.kind = Error::Kind::unavailable, .message = std::move(message)},
       .maybe_done = maybe_done});
}

bool checksum_matches(const net::HttpResponse& response) {
  const auto expected = response.headers.get("x-amz-crc32");
  return !expected || *expected == fmt::to_string(crc32(response.body));
}

/// Returns "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException" without its namespace.
std::string_view exception_name(const json::Value& body) {
  const auto type = body["__type"].string().value_or("");
  return type.substr(type.find('#') + 1);
}

std::vector<std::string_view> cancellation_codes(const json::Value& body) {
  std::vector<std::string_view> codes;
  for (const json::Value& reason : body["CancellationReasons"].elements())
    codes.push_back(reason["Code"].string().value_or(""));
  return codes;
}

/// Returns the message of an exception about permissions or tables. The messages of others may quote values
/// of the request or signed headers, which must not appear in the log.
std::string_view loggable_message(std::string_view exception, const json::Value& body) {
  if (exception != "AccessDeniedException" && exception != "ResourceNotFoundException") return "";
  const auto message = body["message"].string();
  return message ? *message : body["Message"].string().value_or("");
}

Error::Kind kind_of(RetryReason retry, bool condition_refused) {
  if (retry == RetryReason::signature_refused) return Error::Kind::rejected;
  if (retry != RetryReason::none) return Error::Kind::unavailable;
  return condition_refused ? Error::Kind::condition_failed : Error::Kind::rejected;
}

FailedAttempt failed_attempt(int status, RetryReason retry, bool condition_refused, std::string message) {
  // DynamoDB did not begin a request that it throttled, that met a conflict or whose signature it refused.
  // After any other server error, the outcome is unknown.
  return {.retry = retry,
          .error = {.kind = kind_of(retry, condition_refused),
                    .message = fmt::format("HTTP {} {}", status, message),
                    .throttled = retry == RetryReason::throttled},
          .maybe_done = retry == RetryReason::transient};
}

FailedAttempt classify_error(int status, const json::Value& body) {
  const auto exception = exception_name(body);
  if (exception == "TransactionCanceledException") {
    const auto codes = cancellation_codes(body);
    const bool refused = std::ranges::find(codes, refusal_code) != codes.end();
    return failed_attempt(status, retry_reason(codes), refused,
                          fmt::format("{} {}", exception, fmt::join(codes, ", ")));
  }
  return failed_attempt(status, retry_reason(status, exception),
                        exception == "ConditionalCheckFailedException",
                        fmt::format("{} {}", exception, loggable_message(exception, body)));
}

/// Returns the output of a response, or the failure that it reports.
tl::expected<json::Document, FailedAttempt> read_response(const net::HttpResponse& response) {
  if (!checksum_matches(response))
    return transient_failure("the response does not match its x-amz-crc32", true);
  auto body = json::Document::parse(response.body);
  if (response.status == 200) {
    if (!body) return transient_failure("the response is not JSON: " + body.error().message, true);
    return *std::move(body);
  }
  FailedAttempt failed = classify_error(response.status, body ? body->root() : json::Value());
  if (failed.retry == RetryReason::signature_refused)
    failed.date = http::parse_date(response.headers.get("Date").value_or(""));
  if (body) failed.error.details = *std::move(body);
  return tl::unexpected(std::move(failed));
}

}  // namespace

Item Error::item() const {
  return Item(details ? details->root()["Item"] : json::Value());
}

std::optional<Item> Error::item_of_failed_condition(Action action) const {
  if (kind != Kind::condition_failed || !details) return std::nullopt;
  const auto reasons = details->root()["CancellationReasons"].elements();
  if (action.index >= reasons.size() || reasons[action.index]["Code"].string() != refusal_code)
    return std::nullopt;
  return Item(reasons[action.index]["Item"]);
}

Client::Client(std::string endpoint, Signer signer, net::Transport& transport, Clock& clock,
               const Deadline& deadline, Random& random, Log& log)
    : endpoint_(std::move(endpoint)),
      host_(net::parse_url(endpoint_).value().authority),
      signer_(std::move(signer)),
      transport_(transport),
      clock_(clock),
      deadline_(deadline),
      random_(random),
      log_(log) {}

void Client::connect(milliseconds timeout) {
  const auto response = transport_.send({.url = endpoint_ + "/", .timeout = timeout});
  if (!response) {
    log_.write(LogLevel::warn, "could not connect to DynamoDB during initialization",
               {{"cause", response.error().message}});
  }
}

tl::expected<json::Document, Error> Client::call(std::string_view operation, std::string_view input) {
  if (observer_ == nullptr) return attempt_until_final(operation, input);
  observer_->call_begins(operation, input);
  auto output = attempt_until_final(operation, input);
  observer_->call_ended(output ? nullptr : &output.error());
  return output;
}

tl::expected<json::Document, Error> Client::attempt_until_final(std::string_view operation,
                                                                std::string_view input) {
  bool outcome_unknown = false;
  for (int number = 1;; ++number) {
    const milliseconds timeout = std::min(deadline_.remaining_after(reserve), attempt_timeout);
    if (timeout <= milliseconds::zero()) {
      return tl::unexpected<Error>({.kind = Error::Kind::unavailable,
                                    .message = "no time is left",
                                    .after_unknown_outcome = outcome_unknown});
    }

    auto output = attempt(operation, input, timeout);
    if (output) return *std::move(output);

    FailedAttempt& failed = output.error();
    if (failed.error.kind != Error::Kind::condition_failed) {
      log_.write(LogLevel::warn, "attempt to call DynamoDB failed",
                 {{"operation", operation},
                  {"attempt", static_cast<std::int64_t>(number)},
                  {"cause", failed.error.message}});
    }
    const auto wait =
        wait_before_retry(failed.retry, number, random_.unit(), deadline_.remaining_after(reserve));
    if (failed.retry == RetryReason::signature_refused) {
      if (wait && failed.date) {
        correct_clock(*failed.date);
      } else {
        trust_own_clock();  // also after the last attempt, so that a wrong date cannot spoil the next call
      }
    }
    if (!wait) {
      failed.error.after_unknown_outcome = outcome_unknown;
      return tl::unexpected<Error>(std::move(failed.error));
    }
    outcome_unknown = outcome_unknown || failed.maybe_done;
    clock_.sleep_for(*wait);
  }
}

void Client::correct_clock(Instant date) {
  const milliseconds difference = date - clock_.now();
  if (std::chrono::abs(difference) < least_correction) return trust_own_clock();
  clock_correction_ = difference;
  log_.write(LogLevel::warn, "the next signatures use the time of DynamoDB's clock",
             {{"correctionMs", static_cast<std::int64_t>(clock_correction_.count())}});
}

void Client::trust_own_clock() {
  clock_correction_ = milliseconds::zero();
}

tl::expected<json::Document, FailedAttempt> Client::attempt(std::string_view operation,
                                                            std::string_view input, milliseconds timeout) {
  net::HttpRequest request{.url = endpoint_,
                           .headers = {{"Host", host_},
                                       {"Content-Type", "application/x-amz-json-1.0"},
                                       {"X-Amz-Target", fmt::format("DynamoDB_20120810.{}", operation)}},
                           .body = input,
                           .timeout = timeout};
  signer_.sign(request.headers, input, clock_.now() + clock_correction_);
  const auto response = transport_.send(request);
  if (observer_ != nullptr) observer_->attempt_ended(response ? &*response : nullptr);
  if (!response) {
    const bool maybe_done = response.error().kind != net::TransportError::Kind::not_sent;
    return transient_failure(response.error().message, maybe_done);
  }
  return read_response(*response);
}

}  // namespace serverless::dynamodb
