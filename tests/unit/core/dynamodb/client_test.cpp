#include "core/dynamodb/client.h"

#include "tests/support/dynamodb_responses.h"
#include "tests/unit/core/dynamodb/client_fixture.h"

namespace serverless::dynamodb::testing {
namespace {

using namespace serverless::testing;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class DynamoDbClient : public DynamoDbClientTest {
 protected:
  tl::expected<json::Document, Error> call() { return client_.call("GetItem", R"({"TableName":"Orders"})"); }

  /// Returns the timeouts of the requests.
  std::vector<milliseconds> timeouts() const {
    std::vector<milliseconds> all;
    for (const auto& sent : transport_.sent) all.push_back(sent.timeout);
    return all;
  }
};

TEST_F(DynamoDbClient, SendsTheOperationAndReturnsItsOutput) {
  transport_.script = {output(R"({"Item":{"place":{"S":"Café"}}})")};
  const auto result = call();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->root()["Item"]["place"]["S"].string(), "Café");

  ASSERT_EQ(transport_.sent.size(), 1U);
  const auto& sent = transport_.sent[0];
  EXPECT_EQ(sent.url, "http://dynamodb.test");
  EXPECT_EQ(sent.headers.get("Host"), "dynamodb.test");
  EXPECT_EQ(sent.headers.get("Content-Type"), "application/x-amz-json-1.0");
  EXPECT_THAT(std::string(sent.headers.get("Authorization").value_or("")),
              HasSubstr("SignedHeaders=content-type;host;x-amz-date;x-amz-target, "));
  EXPECT_EQ(sent.headers.get("X-Amz-Target"), "DynamoDB_20120810.GetItem");
  EXPECT_EQ(sent.body, R"({"TableName":"Orders"})");
  EXPECT_FALSE(sent.interruptible);
  EXPECT_THAT(clock_.sleeps, IsEmpty());
  EXPECT_THAT(log_.lines(), IsEmpty());
}

// Connecting

TEST_F(DynamoDbClient, ConnectsWithARequestWithoutCredentials) {
  transport_.script = {net::HttpResponse{.status = 200, .headers = {}, .body = "healthy"}};
  client_.connect(milliseconds(1000));

  ASSERT_EQ(transport_.sent.size(), 1U);
  const auto& sent = transport_.sent[0];
  EXPECT_EQ(sent.url, "http://dynamodb.test/");
  EXPECT_TRUE(sent.headers.empty());
  EXPECT_EQ(sent.body, std::nullopt);
  EXPECT_EQ(sent.timeout, milliseconds(1000));
  EXPECT_THAT(log_.lines(), IsEmpty());
}

TEST_F(DynamoDbClient, LogsAFailureToConnectWithoutARetry) {
  transport_.script = {not_sent()};
  client_.connect(milliseconds(1000));

  EXPECT_EQ(transport_.sent.size(), 1U);
  EXPECT_THAT(log_.lines(),
              ElementsAre(AllOf(HasSubstr("could not connect to DynamoDB during initialization"),
                                HasSubstr("connection refused"))));
}

// Retries

TEST_F(DynamoDbClient, RetriesTheSameRequestAfterATransientFailure) {
  transport_.script = {not_sent(), response_lost(), exception(500, "InternalServerError"), output("{}")};
  EXPECT_TRUE(call());
  ASSERT_EQ(transport_.sent.size(), 4U);
  for (const auto& sent : transport_.sent) EXPECT_EQ(sent.body, transport_.sent[0].body);
  EXPECT_THAT(clock_.sleeps, ElementsAre(milliseconds(12), milliseconds(25), milliseconds(50)));
}

TEST_F(DynamoDbClient, WaitsLongerWhenThrottled) {
  transport_.script = {throttled(), throttled(), throttled(), output("{}")};
  EXPECT_TRUE(call());
  EXPECT_THAT(clock_.sleeps, ElementsAre(milliseconds(500), milliseconds(1000), milliseconds(2000)));
}

TEST_F(DynamoDbClient, WaitsForARandomTime) {
  random_.next = 0.0;
  transport_.script = {throttled(), throttled(), output("{}")};
  EXPECT_TRUE(call());
  EXPECT_THAT(clock_.sleeps, ElementsAre(milliseconds(0), milliseconds(0)));
}

TEST_F(DynamoDbClient, GivesUpAfterFourAttempts) {
  const ScriptedTransport::Outcome failures[] = {not_sent(),
                                                 response_lost(),
                                                 throttled(),
                                                 exception(500, "InternalServerError"),
                                                 response(503, "<html>busy</html>"),
                                                 output("not JSON"),
                                                 net::HttpResponse{.status = 504, .headers = {}, .body = ""}};
  for (const auto& failure : failures) {
    transport_.sent.clear();
    transport_.script = {failure, failure, failure, failure, output("{}")};
    const auto result = call();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, Error::Kind::unavailable) << result.error().message;
    EXPECT_EQ(transport_.sent.size(), 4U) << result.error().message;
  }
}

TEST_F(DynamoDbClient, RetriesAfterAResponseWithAWrongChecksum) {
  net::HttpResponse damaged = output(R"({"Item":{"price":{"N":"25"}}})");
  damaged.body.replace(damaged.body.find("25"), 2, "26");
  net::HttpResponse without_number = output("{}");
  without_number.headers.set("x-amz-crc32", "");
  transport_.script = {damaged, without_number, output(R"({"Item":{}})")};
  const auto result = call();
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->root()["Item"]["price"].is_missing());
  EXPECT_EQ(transport_.sent.size(), 3U);
}

TEST_F(DynamoDbClient, VerifiesTheChecksumOfErrors) {
  net::HttpResponse damaged = exception(400, "ValidationException");
  damaged.body.back() = ' ';
  transport_.script = {damaged, output("{}")};
  EXPECT_TRUE(call());
}

TEST_F(DynamoDbClient, AcceptsAResponseWithoutAChecksum) {
  transport_.script = {net::HttpResponse{.status = 200, .headers = {}, .body = "{}"}};
  EXPECT_TRUE(call());
}

TEST_F(DynamoDbClient, RetriesAfterAResponseThatIsNotJson) {
  for (const char* body : {"", "{", "<html>", R"({"Item":)"}) {
    transport_.script = {output(body), output("{}")};
    EXPECT_TRUE(call()) << body;
  }
}

// Refused signatures

/// The refusal of a signature, by a DynamoDB whose clock has the time of `date`.
net::HttpResponse signature_refused(std::string_view date,
                                    std::string_view name = "InvalidSignatureException") {
  net::HttpResponse refusal = exception(400, name);
  if (!date.empty()) refusal.headers.set("Date", date);
  return refusal;
}

class DynamoDbClientWithAWrongClock : public DynamoDbClient {
 protected:
  /// Returns the times of the signatures.
  std::vector<std::string> signed_at() const {
    std::vector<std::string> all;
    for (const auto& sent : transport_.sent) all.emplace_back(sent.headers.get("X-Amz-Date").value_or(""));
    return all;
  }
};

TEST_F(DynamoDbClientWithAWrongClock, SignsAgainWithTheTimeOfDynamoDb) {
  for (const char* name :
       {"InvalidSignatureException", "UnrecognizedClientException", "RequestExpired", "RequestTimeTooSkewed",
        "RequestInTheFuture", "SignatureDoesNotMatch", "AuthFailure"}) {
    transport_.sent.clear();
    clock_.sleeps.clear();
    transport_.script = {signature_refused("Fri, 02 Jan 2026 04:04:05 GMT", name), output("{}")};
    EXPECT_TRUE(call()) << name;
    ASSERT_EQ(transport_.sent.size(), 2U) << name;
    EXPECT_EQ(signed_at()[1], "20260102T040405Z") << name;
    EXPECT_EQ(transport_.sent[1].body, transport_.sent[0].body);
    EXPECT_THAT(clock_.sleeps, ElementsAre(milliseconds(12))) << name;
  }
}

TEST_F(DynamoDbClientWithAWrongClock, KeepsTheCorrectionForLaterCalls) {
  transport_.script = {signature_refused("Fri, 02 Jan 2026 04:04:05 GMT"), output("{}"), output("{}")};
  EXPECT_TRUE(call());
  clock_.advance(std::chrono::minutes(10));
  EXPECT_TRUE(call());
  EXPECT_THAT(signed_at(), ElementsAre("20260102T030405Z", "20260102T040405Z", "20260102T041405Z"));
  EXPECT_NE(transport_.sent[0].headers.get("Authorization"), transport_.sent[1].headers.get("Authorization"));
  EXPECT_THAT(log_.lines(), Contains(AllOf(HasSubstr("the next signatures use the time of DynamoDB's clock"),
                                           HasSubstr(R"("correctionMs":3599322)"))));
}

TEST_F(DynamoDbClientWithAWrongClock, SignsAgainWithItsOwnTimeWhenTheClockIsRight) {
  for (const char* date : {"Fri, 02 Jan 2026 03:03:06 GMT", "Fri, 02 Jan 2026 03:05:04 GMT"}) {
    transport_.sent.clear();
    transport_.script = {signature_refused(date), output("{}")};
    EXPECT_TRUE(call());
    EXPECT_EQ(signed_at()[1], "20260102T030405Z") << date;
  }
  EXPECT_THAT(log_.lines(), Not(Contains(HasSubstr("DynamoDB's clock"))));
}

TEST_F(DynamoDbClientWithAWrongClock, CorrectsTheTimeAgainWhenTheClockWasSet) {
  transport_.script = {signature_refused("Fri, 02 Jan 2026 04:04:05 GMT"), output("{}")};
  EXPECT_TRUE(call());
  clock_.advance(std::chrono::hours(1));
  transport_.script = {signature_refused("Fri, 02 Jan 2026 04:04:05 GMT"), output("{}")};
  EXPECT_TRUE(call());
  EXPECT_THAT(signed_at(),
              ElementsAre("20260102T030405Z", "20260102T040405Z", "20260102T050405Z", "20260102T040405Z"));
}

TEST_F(DynamoDbClientWithAWrongClock, CorrectsTheTimeOnceMoreWhenTheClockWasSetInBetween) {
  transport_.script = {signature_refused("Fri, 02 Jan 2026 04:04:05 GMT"),
                       signature_refused("Fri, 02 Jan 2026 03:04:05 GMT"), output("{}")};
  EXPECT_TRUE(call());
  EXPECT_EQ(signed_at()[2], "20260102T030405Z");
}

TEST_F(DynamoDbClientWithAWrongClock, SignsAgainWithItsOwnTimeWhenTheDateIsUnknown) {
  for (const char* date : {"", "soon"}) {
    transport_.sent.clear();
    transport_.script = {signature_refused("Fri, 02 Jan 2026 04:04:05 GMT"), signature_refused(date),
                         output("{}")};
    EXPECT_TRUE(call());
    EXPECT_EQ(signed_at()[2], "20260102T030405Z") << date;
  }
}

TEST_F(DynamoDbClientWithAWrongClock, DoesNotKeepAWrongDateForLaterCalls) {
  for (const char* date : {"Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"}) {
    const auto refusal = signature_refused(date);
    transport_.script = {refusal, refusal, refusal, refusal};
    const auto result = call();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, Error::Kind::rejected) << "a new call would be refused as well";
    EXPECT_FALSE(result.error().after_unknown_outcome);

    transport_.sent.clear();
    transport_.script = {output("{}")};
    EXPECT_TRUE(call());
    EXPECT_EQ(signed_at()[0], "20260102T030405Z") << "the wrong date must not spoil valid requests";
  }
}

TEST_F(DynamoDbClientWithAWrongClock, DoesNotSignAgainWhenNoTimeIsLeft) {
  deadline_.set(clock_.now() + milliseconds(160));
  transport_.script = {signature_refused("Fri, 02 Jan 2026 04:04:05 GMT"), output("{}")};
  EXPECT_FALSE(call());
  EXPECT_EQ(transport_.sent.size(), 1U);
}

TEST_F(DynamoDbClientWithAWrongClock, RemembersThatAnEarlierAttemptMayHaveBeenCarriedOut) {
  for (const bool lost : {true, false}) {
    transport_.script = {lost ? response_lost() : not_sent(),
                         signature_refused("Fri, 02 Jan 2026 04:04:05 GMT"), condition_failed()};
    EXPECT_EQ(call().error().after_unknown_outcome, lost);
  }
}

// Errors

TEST_F(DynamoDbClient, DoesNotRetryARejectedRequest) {
  for (const char* name : {"ValidationException", "ResourceNotFoundException", "AccessDeniedException",
                           "ExpiredTokenException", "SomethingNew"}) {
    transport_.sent.clear();
    transport_.script = {exception(400, name), output("{}")};
    const auto result = call();
    ASSERT_FALSE(result) << name;
    EXPECT_EQ(result.error().kind, Error::Kind::rejected);
    EXPECT_THAT(result.error().message, HasSubstr(name));
    EXPECT_EQ(transport_.sent.size(), 1U);
  }
}

TEST_F(DynamoDbClient, ReportsAFailedConditionWithTheItem) {
  transport_.script = {condition_failed(R"({"version":{"N":"7"}})")};
  const auto result = call();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, Error::Kind::condition_failed);
  EXPECT_EQ(result.error().item().number<int>("version"), 7);
  EXPECT_FALSE(result.error().item_of_failed_condition({0}));
  EXPECT_EQ(transport_.sent.size(), 1U);
  EXPECT_THAT(log_.lines(), IsEmpty()) << "a failed condition is not a fault";
}

TEST_F(DynamoDbClient, ReportsTheFailedActionsOfATransaction) {
  transport_.script = {cancelled({fine, refused(R"({"version":{"N":"7"}})"), refused()})};
  const auto result = call();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, Error::Kind::condition_failed);
  EXPECT_FALSE(result.error().item_of_failed_condition({0}));
  ASSERT_TRUE(result.error().item_of_failed_condition({1}));
  EXPECT_EQ(result.error().item_of_failed_condition({1})->number<int>("version"), 7);
  ASSERT_TRUE(result.error().item_of_failed_condition({2}));
  EXPECT_FALSE(result.error().item_of_failed_condition({2})->exists());
  EXPECT_FALSE(result.error().item_of_failed_condition({3}));
  EXPECT_EQ(transport_.sent.size(), 1U);
  EXPECT_THAT(log_.lines(), IsEmpty()) << "a failed condition is not a fault";
}

TEST_F(DynamoDbClient, RetriesATransactionAfterAConflict) {
  transport_.script = {cancelled({refused(), conflict}), exception(400, "TransactionConflictException"),
                       output("{}")};
  EXPECT_TRUE(call());
  EXPECT_THAT(clock_.sleeps, ElementsAre(milliseconds(12), milliseconds(25)));
  EXPECT_THAT(log_.lines(), Each(Not(HasSubstr("a stored value"))));
}

TEST_F(DynamoDbClient, GivesUpAfterTenConflicts) {
  for (int i = 0; i < 10; ++i) transport_.script.emplace_back(cancelled({fine, conflict}));
  const auto result = call();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, Error::Kind::unavailable);
  EXPECT_EQ(result.error().message, "HTTP 400 TransactionCanceledException None, TransactionConflict");
}

TEST_F(DynamoDbClient, DoesNotRetryAnInvalidTransaction) {
  transport_.script = {cancelled({fine, R"({"Code":"ValidationError"})"})};
  EXPECT_EQ(call().error().kind, Error::Kind::rejected);
}

TEST_F(DynamoDbClient, ReadsEveryFormatOfErrors) {
  for (const char* body : {
           R"({"__type":"com.amazonaws.dynamodb.v20120810#AccessDeniedException","message":"the reason"})",
           R"({"__type":"com.amazon.coral.service#AccessDeniedException","Message":"the reason"})",
           R"({"__type":"AccessDeniedException","message":"the reason","Message":"another reason"})",
           R"({"Message":"the reason","__type":"#AccessDeniedException","message":null})",
       }) {
    transport_.script = {response(400, body)};
    const auto result = call();
    ASSERT_FALSE(result) << body;
    EXPECT_EQ(result.error().kind, Error::Kind::rejected);
    EXPECT_EQ(result.error().message, "HTTP 400 AccessDeniedException the reason");
  }
}

TEST_F(DynamoDbClient, NeverLogsAMessageThatMayQuoteTheRequest) {
  for (const char* name : {"ValidationException", "SerializationException", "InvalidSignatureException",
                           "ThrottlingException", "InternalServerError", "SomethingNew"}) {
    random_.next = 0.0;
    const auto failure = exception(400, name, R"(,"message":"a stored value","Message":"a stored value")");
    transport_.script = {failure, failure, failure, failure};
    const auto result = call();
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message, AllOf(HasSubstr(name), Not(HasSubstr("a stored value"))));
  }
  EXPECT_THAT(log_.lines(), Each(Not(HasSubstr("a stored value"))));
}

TEST_F(DynamoDbClient, ReadsErrorsOfOtherServers) {
  for (const char* body : {"", "<html>forbidden</html>", "[]", "{}", R"({"__type":7})"}) {
    transport_.script = {response(403, body)};
    const auto result = call();
    ASSERT_FALSE(result) << body;
    EXPECT_EQ(result.error().kind, Error::Kind::rejected) << body;
    EXPECT_THAT(result.error().message, HasSubstr("403"));
  }
}

TEST_F(DynamoDbClient, ReportsThatAnEarlierAttemptMayHaveBeenCarriedOut) {
  net::HttpResponse damaged = output("{}");
  damaged.headers.set("x-amz-crc32", "1");
  struct Case {
    ScriptedTransport::Outcome first;
    bool maybe_carried_out;
  };
  const Case cases[] = {
      {response_lost(), true},    {damaged, true},
      {output("not JSON"), true}, {exception(500, "InternalServerError"), true},
      {response(503, ""), true},  {not_sent(), false},
      {throttled(), false},       {cancelled({conflict}), false},
  };
  for (const auto& [first, maybe_carried_out] : cases) {
    transport_.script = {first, condition_failed()};
    EXPECT_EQ(call().error().after_unknown_outcome, maybe_carried_out) << log_.lines().back();
    transport_.script = {first, not_sent(), throttled(), condition_failed()};
    EXPECT_EQ(call().error().after_unknown_outcome, maybe_carried_out) << log_.lines().back();
  }
  transport_.script = {condition_failed()};
  EXPECT_FALSE(call().error().after_unknown_outcome);
}

// The deadline

TEST_F(DynamoDbClient, LimitsAttemptsToThreeSeconds) {
  transport_.script = {response_lost(), output("{}")};
  EXPECT_TRUE(call());
  EXPECT_THAT(timeouts(), Each(milliseconds(3000)));
}

TEST_F(DynamoDbClient, LimitsAttemptsToTheRemainingTime) {
  deadline_.set(clock_.now() + milliseconds(1150));
  transport_.script = {throttled(), output("{}")};
  EXPECT_TRUE(call());
  EXPECT_THAT(timeouts(), ElementsAre(milliseconds(1000), milliseconds(500)));
}

TEST_F(DynamoDbClient, GivesUpBeforeAWaitThatEndsTooLate) {
  deadline_.set(clock_.now() + milliseconds(1150));
  transport_.script = {throttled(), throttled(), output("{}")};
  const auto result = call();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, Error::Kind::unavailable);
  EXPECT_THAT(result.error().message, HasSubstr("ThrottlingException"));
  EXPECT_EQ(transport_.sent.size(), 2U);
  EXPECT_THAT(clock_.sleeps, ElementsAre(milliseconds(500)));
}

TEST_F(DynamoDbClient, SendsNothingWhenNoTimeIsLeft) {
  for (const int left : {150, 1, 0, -1000}) {
    deadline_.set(clock_.now() + milliseconds(left));
    const auto result = call();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, Error::Kind::unavailable);
    EXPECT_FALSE(result.error().after_unknown_outcome);
  }
  EXPECT_THAT(transport_.sent, IsEmpty());
}

TEST_F(DynamoDbClient, UsesTheDeadlineOfTheCurrentInvocation) {
  deadline_.set(clock_.now());
  EXPECT_FALSE(call());
  deadline_.set(clock_.now() + milliseconds(1000));
  transport_.script = {output("{}")};
  EXPECT_TRUE(call());
}

// The observer

class RecordingObserver final : public CallObserver {
 public:
  void call_begins(std::string_view operation, std::string_view input) override {
    seen.push_back(fmt::format("{} {}", operation, input));
  }
  void attempt_ended(const net::HttpResponse* response) override {
    seen.push_back(response == nullptr ? "no response" : fmt::to_string(response->status));
  }
  void call_ended(const Error* error) override {
    seen.emplace_back(error == nullptr ? "output" : error->throttled ? "throttled" : "error");
  }

  std::vector<std::string> seen;
};

TEST_F(DynamoDbClient, ReportsEachCallToItsObserver) {
  const std::string begin = R"(GetItem {"TableName":"Orders"})";
  RecordingObserver observer;
  client_.observe(&observer);
  transport_.script = {not_sent(), exception(500, "InternalServerError"), output("{}")};
  EXPECT_TRUE(call());
  EXPECT_THAT(observer.seen, ElementsAre(begin, "no response", "500", "200", "output"));

  observer.seen.clear();
  transport_.script = {condition_failed()};
  EXPECT_FALSE(call());
  EXPECT_THAT(observer.seen, ElementsAre(begin, "400", "error"));

  observer.seen.clear();
  transport_.script = {throttled(), throttled(), throttled(), throttled()};
  EXPECT_FALSE(call());
  EXPECT_THAT(observer.seen, ElementsAre(begin, "400", "400", "400", "400", "throttled"));

  observer.seen.clear();
  client_.observe(nullptr);
  transport_.script = {output("{}")};
  EXPECT_TRUE(call());
  EXPECT_THAT(observer.seen, IsEmpty());
}

TEST_F(DynamoDbClient, ReportsACallForWhichNoTimeIsLeft) {
  RecordingObserver observer;
  client_.observe(&observer);
  deadline_.set(clock_.now());
  EXPECT_FALSE(call());
  EXPECT_THAT(observer.seen, ElementsAre(R"(GetItem {"TableName":"Orders"})", "error"));
}

// The log

TEST_F(DynamoDbClient, LogsEveryFailedAttempt) {
  transport_.script = {not_sent(), exception(500, "InternalServerError"), output("{}")};
  EXPECT_TRUE(call());
  EXPECT_THAT(log_.lines(),
              ElementsAre(AllOf(HasSubstr(R"("level":"WARN")"), HasSubstr(R"("operation":"GetItem")"),
                                HasSubstr(R"("attempt":1)"), HasSubstr("connection refused")),
                          AllOf(HasSubstr(R"("attempt":2)"), HasSubstr("InternalServerError"))));
}

}  // namespace
}  // namespace serverless::dynamodb::testing
