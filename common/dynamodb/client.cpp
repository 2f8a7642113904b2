#include "dynamodb/client.h"

#include <fmt/format.h>

#include <algorithm>

#include "dynamodb/retry.h"
#include "support/crc32.h"

namespace users::dynamodb {
namespace {

using std::chrono::milliseconds;

/// Kept back from the invocation's time to write the answer.
constexpr milliseconds reserve{150};
/// The longest that one attempt may take, so that a silent connection leaves time for another.
constexpr milliseconds attempt_timeout{3000};

bool checksum_holds(const net::HttpResponse& response) {
  const auto expected = response.headers.get("x-amz-crc32");
  return !expected || *expected == fmt::to_string(crc32(response.body));
}

/// "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException" without its namespace.
std::string_view exception_name(const json::Value& body) {
  const auto type = body["__type"].string().value_or("");
  return type.substr(type.find('#') + 1);
}

std::vector<std::string_view> codes_of_reasons(const json::Value& body) {
  std::vector<std::string_view> codes;
  for (const json::Value& reason : body["CancellationReasons"].elements())
    codes.push_back(reason["Code"].string().value_or(""));
  return codes;
}

constexpr std::string_view refused_reason = "ConditionalCheckFailed";

/// The message, where it can only speak of rights and tables. Others may quote the request, and with it what
/// no log may show: values, or the headers that were signed.
std::string_view loggable_message(std::string_view exception, const json::Value& body) {
  if (exception != "AccessDeniedException" && exception != "ResourceNotFoundException") return "";
  const auto message = body["message"].string();
  return message ? *message : body["Message"].string().value_or("");
}

}  // namespace

json::Value Error::item() const {
  return details ? details->root()["Item"] : json::Value();
}

std::optional<json::Value> Error::item_of_action(std::size_t action) const {
  if (kind != Kind::condition_failed || !details) return std::nullopt;
  const auto reasons = details->root()["CancellationReasons"].elements();
  if (action >= reasons.size() || reasons[action]["Code"].string() != refused_reason) return std::nullopt;
  return reasons[action]["Item"];
}

/// One failed attempt.
struct Client::Failure {
  Verdict verdict;
  Error error;
  /// Whether it may have been carried out all the same.
  bool maybe_done = false;
};

Client::Client(std::string endpoint, Signer signer, net::Transport& transport, Clock& clock, Random& random,
               Log& log)
    : endpoint_(std::move(endpoint)),
      host_(endpoint_.substr(endpoint_.find("//") + 2)),
      signer_(std::move(signer)),
      transport_(transport),
      clock_(clock),
      random_(random),
      log_(log) {}

milliseconds Client::remaining() const {
  return deadline_ - clock_.now() - reserve;
}

void Client::connect(milliseconds timeout) {
  const auto response = transport_.send({.url = endpoint_ + "/", .timeout = timeout});
  if (!response)
    log_.write(LogLevel::warn, "no connection to DynamoDB yet", {{"cause", response.error().message}});
}

tl::expected<json::Document, Error> Client::call(std::string_view operation, std::string_view input) {
  bool lost_reply = false;
  for (int number = 1;; ++number) {
    const milliseconds timeout = std::min(remaining(), attempt_timeout);
    if (timeout <= milliseconds::zero())
      return tl::unexpected<Error>(
          {.kind = Error::Kind::unavailable, .message = "no time left", .after_lost_reply = lost_reply});

    auto output = attempt(operation, input, timeout);
    if (output) return *std::move(output);

    Failure& failure = output.error();
    if (failure.error.kind != Error::Kind::condition_failed) {
      log_.write(LogLevel::warn, "DynamoDB call failed",
                 {{"operation", operation},
                  {"attempt", static_cast<std::int64_t>(number)},
                  {"cause", failure.error.message}});
    }
    const auto wait = wait_before_retry(failure.verdict, number, random_.unit(), remaining());
    if (!wait) {
      failure.error.after_lost_reply = lost_reply;
      return tl::unexpected<Error>(std::move(failure.error));
    }
    lost_reply = lost_reply || failure.maybe_done;
    clock_.sleep_for(*wait);
  }
}

tl::expected<json::Document, Client::Failure> Client::attempt(std::string_view operation,
                                                              std::string_view input, milliseconds timeout) {
  const auto transient = [](std::string message, bool maybe_done) {
    return tl::unexpected<Failure>(
        {.verdict = Verdict::transient,
         .error = {.kind = Error::Kind::unavailable, .message = std::move(message)},
         .maybe_done = maybe_done});
  };

  net::HttpRequest request{.url = endpoint_,
                           .headers = {{"Host", host_},
                                       {"Content-Type", "application/x-amz-json-1.0"},
                                       {"X-Amz-Target", fmt::format("DynamoDB_20120810.{}", operation)}},
                           .body = input,
                           .timeout = timeout};
  signer_.sign(request.headers, input, clock_.now());
  const auto response = transport_.send(request);
  if (!response)
    return transient(response.error().message, response.error().kind != net::TransportError::Kind::not_sent);
  if (!checksum_holds(*response)) return transient("the reply does not match its x-amz-crc32", true);

  auto body = json::Document::parse(response->body);
  if (response->status == 200) {
    if (!body) return transient("the reply is not JSON: " + body.error().message, true);
    return *std::move(body);
  }

  const auto exception = body ? exception_name(body->root()) : std::string_view();
  const bool is_cancellation = exception == "TransactionCanceledException";
  const auto reasons = is_cancellation ? codes_of_reasons(body->root()) : std::vector<std::string_view>();
  const Verdict verdict = is_cancellation ? judge_cancellation(reasons) : judge(response->status, exception);
  const bool is_refusal = exception == "ConditionalCheckFailedException" ||
                          std::find(reasons.begin(), reasons.end(), refused_reason) != reasons.end();
  Error error{.kind = verdict != Verdict::final ? Error::Kind::unavailable
                      : is_refusal              ? Error::Kind::condition_failed
                                                : Error::Kind::rejected,
              .message = fmt::format("HTTP {} {} {}", response->status, exception,
                                     is_cancellation ? fmt::format("{}", fmt::join(reasons, ", "))
                                     : body          ? loggable_message(exception, body->root())
                                                     : "")};
  if (body) error.details = *std::move(body);
  // A throttled request was turned away at the door, and so was one in another's way; after another server
  // error nobody knows.
  return tl::unexpected<Failure>(
      {.verdict = verdict, .error = std::move(error), .maybe_done = verdict == Verdict::transient});
}

}  // namespace users::dynamodb
