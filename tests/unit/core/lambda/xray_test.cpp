#include "core/lambda/xray.h"

#include <gmock/gmock.h>

#include "core/dynamodb/client.h"
#include "core/json/json.h"
#include "tests/support/dynamodb_responses.h"
#include "tests/support/fakes.h"
#include "tests/support/udp_receiver.h"

namespace serverless::lambda::testing {
namespace {

using namespace serverless::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

const Trace trace{.id = "1-5759e988-bd862e3fe1be46a994272793", .parent_id = "defdfd9912dc5a56"};

class CallTracerTest : public ::testing::Test {
 protected:
  CallTracerTest() { tracer_.follow(trace); }

  /// Traces a call with these attempts, and an input that names the table Orders.
  json::Document traced(std::initializer_list<const net::HttpResponse*> attempts,
                        const dynamodb::Error* error = nullptr) {
    tracer_.call_begins("GetItem", R"({"TableName":"Orders"})");
    for (const auto* response : attempts) tracer_.attempt_ended(response);
    tracer_.call_ended(error);
    return document();
  }

  /// Returns the document in the next datagram.
  json::Document document() {
    const std::string datagram = daemon_.next().value();
    constexpr std::string_view header = "{\"format\":\"json\",\"version\":1}\n";
    EXPECT_THAT(datagram, StartsWith(header));
    return json::Document::parse(std::string_view(datagram).substr(header.size())).value();
  }

  UdpReceiver daemon_;
  FakeClock clock_;
  FakeIds ids_;
  CallTracer tracer_{daemon_.address(), "eu-central-1", clock_, ids_};
};

net::HttpResponse with_request_id(net::HttpResponse response, std::string_view id) {
  response.headers.set("x-amzn-requestid", id);
  return response;
}

dynamodb::Error failure(std::string message, bool throttled = false) {
  return {.kind = dynamodb::Error::Kind::unavailable, .message = std::move(message), .throttled = throttled};
}

/// Returns the strings in an array.
std::vector<std::string> texts(const json::Value& array) {
  std::vector<std::string> all;
  for (const json::Value& element : array.elements()) all.emplace_back(element.string().value_or("?"));
  return all;
}

TEST_F(CallTracerTest, SendsADocumentInTheFormatOfXRay) {
  const auto response = with_request_id(output("{}"), "UBQNSO5AEM8T4FDA4RQDEB94OVTDRVV4K4HIRGVJF66Q9ASUAAJG");
  tracer_.call_begins("UpdateItem", R"({"TableName":"Orders","Key":{"orderId":{"S":"secret"}}})");
  tracer_.attempt_ended(&response);
  tracer_.call_ended(nullptr);
  EXPECT_THAT(
      daemon_.next().value_or(""),
      MatchesRegex(
          "[{]\"format\":\"json\",\"version\":1[}]\n"
          R"([{]"name":"DynamoDB","id":"0000000000000001","type":"subsegment",)"
          R"("trace_id":"1-5759e988-bd862e3fe1be46a994272793","parent_id":"defdfd9912dc5a56","namespace":"aws",)"
          R"("start_time":1767323045[.]678000,"end_time":17673230[0-9]+[.][0-9]{6},)"
          R"("http":[{]"response":[{]"status":200[}][}],)"
          R"("aws":[{]"operation":"UpdateItem","region":"eu-central-1","table_name":"Orders",)"
          R"("resource_names":.{1}"Orders".{1},"retries":0,)"
          R"("request_id":"UBQNSO5AEM8T4FDA4RQDEB94OVTDRVV4K4HIRGVJF66Q9ASUAAJG"[}][}])"));
}

TEST_F(CallTracerTest, SendsOneDocumentForEachCall) {
  const auto response = output("{}");
  const auto first = traced({&response});
  const auto second = traced({&response});
  EXPECT_EQ(daemon_.next(), std::nullopt);
  EXPECT_NE(first.root()["id"].string(), second.root()["id"].string());
}

TEST_F(CallTracerTest, ReportsTheLastResponseAndTheNumberOfRetries) {
  const auto failed = with_request_id(exception(500, "InternalServerError"), "first");
  const auto succeeded = with_request_id(output("{}"), "second");
  const auto document = traced({&failed, nullptr, &succeeded});
  EXPECT_EQ(document.root()["aws"]["retries"].integer(), 2);
  EXPECT_EQ(document.root()["aws"]["request_id"].string(), "second");
  EXPECT_EQ(document.root()["http"]["response"]["status"].integer(), 200);
  for (const char* name : {"error", "fault", "throttle", "cause"})
    EXPECT_TRUE(document.root()[name].is_missing()) << name;
}

TEST_F(CallTracerTest, MarksErrorsFaultsAndThrottling) {
  struct Case {
    int status;
    bool throttled;
    std::vector<std::string> flags;
  };
  const Case cases[] = {{400, false, {"error"}},
                        {400, true, {"error", "throttle"}},
                        {429, true, {"error", "throttle"}},
                        {500, false, {"fault"}},
                        {503, true, {"fault", "throttle"}},
                        {200, false, {"fault"}}};  // a response that is damaged
  for (const auto& [status, throttled, flags] : cases) {
    const net::HttpResponse response{.status = status, .headers = {}, .body = ""};
    const auto error = failure("HTTP and the name of the exception", throttled);
    const auto document = traced({&response}, &error);
    std::vector<std::string> set;
    for (const char* name : {"error", "fault", "throttle"})
      if (document.root()[name].boolean().value_or(false)) set.emplace_back(name);
    EXPECT_EQ(set, flags) << status;
    const auto exceptions = document.root()["cause"]["exceptions"].elements();
    ASSERT_EQ(exceptions.size(), 1U);
    EXPECT_EQ(exceptions[0]["message"].string(), "HTTP and the name of the exception");
    EXPECT_EQ(exceptions[0]["remote"].boolean(), true);
    EXPECT_THAT(std::string(exceptions[0]["id"].string().value_or("")), MatchesRegex("[0-9a-f]{16}"));
  }
}

TEST_F(CallTracerTest, ReportsACallWithoutAResponseAsAFault) {
  const auto error = failure("connection refused");
  const auto response = with_request_id(exception(500, "InternalServerError"), "first");
  for (const auto& document : {traced({&response, nullptr}, &error), traced({}, &error)}) {
    EXPECT_EQ(document.root()["fault"].boolean(), true);
    EXPECT_TRUE(document.root()["http"].is_missing());
    EXPECT_TRUE(document.root()["aws"]["request_id"].is_missing());
    EXPECT_EQ(document.root()["cause"]["exceptions"].elements()[0]["remote"].boolean(), false);
  }
}

TEST_F(CallTracerTest, NamesTheTablesOfATransaction) {
  tracer_.call_begins(
      "TransactWriteItems",
      R"({"TransactItems":[{"Put":{"TableName":"Orders"}},{"Put":{"TableName":"OrderClaims"}},)"
      R"({"Delete":{"TableName":"OrderClaims"}}],"ClientRequestToken":"token"})");
  tracer_.call_ended(nullptr);
  const auto sent = document();
  EXPECT_EQ(sent.root()["aws"]["table_name"].string(), "Orders");
  EXPECT_THAT(texts(sent.root()["aws"]["resource_names"]), ElementsAre("Orders", "OrderClaims"));
}

TEST_F(CallTracerTest, AcceptsAnInputWithoutATable) {
  for (const char* input : {"{}", "[]", "", R"({"TableName":7,"TransactItems":{"a":"b"}})"}) {
    tracer_.call_begins("ListTables", input);
    tracer_.call_ended(nullptr);
    const auto sent = document();
    EXPECT_TRUE(sent.root()["aws"]["table_name"].is_missing()) << input;
    EXPECT_THAT(texts(sent.root()["aws"]["resource_names"]), IsEmpty()) << input;
  }
}

TEST_F(CallTracerTest, OmitsAnInvalidRequestId) {
  const auto response = with_request_id(output("{}"), "id\xCE");
  EXPECT_TRUE(traced({&response}).root()["aws"]["request_id"].is_missing());
}

TEST_F(CallTracerTest, FollowsTheTraceOfEachInvocation) {
  const auto response = output("{}");
  tracer_.follow({.id = "1-67891233-abcdef012345678912345678", .parent_id = "463ac35c9f6413ad"});
  const auto document = traced({&response});
  EXPECT_EQ(document.root()["trace_id"].string(), "1-67891233-abcdef012345678912345678");
  EXPECT_EQ(document.root()["parent_id"].string(), "463ac35c9f6413ad");
}

TEST(CallTracer, RefusesAnInvalidAddress) {
  FakeClock clock;
  FakeIds ids;
  EXPECT_THROW(CallTracer("localhost", "eu-central-1", clock, ids), std::invalid_argument);
}

}  // namespace
}  // namespace serverless::lambda::testing
