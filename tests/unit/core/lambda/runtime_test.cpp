#include "core/lambda/runtime.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>

#include "core/json/json.h"
#include "tests/support/captured_log.h"
#include "tests/support/fakes.h"

namespace serverless::lambda::testing {
namespace {

using namespace serverless::testing;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Outcome = ScriptedTransport::Outcome;
using Kind = net::TransportError::Kind;

Outcome next(std::string_view id, std::string payload = "{}") {
  return net::HttpResponse{.status = 200,
                           .headers = {{"lambda-runtime-aws-request-id", std::string(id)},
                                       {"Lambda-Runtime-Deadline-Ms", "1767323048678"},
                                       {"Lambda-Runtime-Trace-Id", fmt::format("Root=1-{}", id)}},
                           .body = std::move(payload)};
}

Outcome status(int code) {
  return net::HttpResponse{.status = code, .headers = {}, .body = ""};
}
Outcome accepted() {
  return status(202);
}
Outcome failed(Kind kind) {
  return tl::unexpected<net::TransportError>({kind, "the connection is gone"});
}
/// The outcome of a wait for an invocation that SIGTERM interrupts.
Outcome interrupted() {
  return failed(Kind::interrupted);
}

class LambdaRuntime : public ::testing::Test {
 protected:
  ~LambdaRuntime() override { unsetenv("_X_AMZN_TRACE_ID"); }

  int run(const InvocationHandler& handler) { return runtime_.run(handler); }
  int run() {
    return run([](const Invocation&) { return "{}"; });
  }

  /// Returns the paths of the requests.
  std::vector<std::string> paths() const {
    constexpr std::string_view base = "http://127.0.0.1:9001/2018-06-01/runtime";
    std::vector<std::string> all;
    for (const auto& sent : transport_.sent) {
      EXPECT_EQ(sent.url.substr(0, base.size()), base);
      all.push_back(sent.url.substr(base.size()));
    }
    return all;
  }

  /// Returns the only POST to a URL that ends with `path`.
  const ScriptedTransport::Sent& posted(std::string_view path) const {
    const ScriptedTransport::Sent* found = nullptr;
    for (const auto& sent : transport_.sent) {
      if (!sent.url.ends_with(path)) continue;
      EXPECT_EQ(found, nullptr) << path << " received two requests";
      found = &sent;
    }
    if (found == nullptr) throw std::logic_error("nothing was posted to " + std::string(path));
    return *found;
  }

  FakeClock clock_;
  CapturedLog log_;
  ScriptedTransport transport_;
  Runtime runtime_{"127.0.0.1:9001", transport_, clock_, log_.log};
};

MATCHER_P2(IsErrorPost, type, message, "") {
  const auto body = json::Document::parse(arg.body.value()).value();
  *result_listener << *arg.body;
  return arg.headers.get("Lambda-Runtime-Function-Error-Type") == type &&
         body.root()["errorType"].string() == type && body.root()["errorMessage"].string() == message &&
         body.root()["stackTrace"].is_array() && body.root().members().size() == 3;
}

// The loop

TEST_F(LambdaRuntime, PostsTheResponseOfEachInvocation) {
  transport_.script = {next("id-1", "first"), accepted(), next("id-2", "second"), accepted(), interrupted()};
  EXPECT_EQ(run([](const Invocation& invocation) { return "response to " + invocation.payload; }), 0);
  EXPECT_THAT(paths(), ElementsAre("/invocation/next", "/invocation/id-1/response", "/invocation/next",
                                   "/invocation/id-2/response", "/invocation/next"));
  EXPECT_EQ(posted("id-1/response").body, "response to first");
  EXPECT_EQ(posted("id-2/response").body, "response to second");
  EXPECT_THAT(log_.lines(), IsEmpty());
}

TEST_F(LambdaRuntime, WaitsIndefinitelyAndInterruptiblyForInvocationsOnly) {
  transport_.script = {next("id-1"), accepted(), interrupted()};
  EXPECT_EQ(run(), 0);
  ASSERT_EQ(transport_.sent.size(), 3U);
  EXPECT_EQ(transport_.sent[0].timeout, milliseconds(0));
  EXPECT_TRUE(transport_.sent[0].interruptible);
  EXPECT_EQ(transport_.sent[0].body, std::nullopt);
  EXPECT_GT(transport_.sent[1].timeout, milliseconds(0));
  EXPECT_FALSE(transport_.sent[1].interruptible) << "a response must not get lost";
}

TEST_F(LambdaRuntime, PassesTheInvocationToTheHandler) {
  transport_.script = {next("id-1", R"({"a":1})"),
                       accepted(),
                       next("id-2"),
                       accepted(),
                       next("id-3"),
                       accepted(),
                       interrupted()};
  std::vector<Invocation> seen;
  std::vector<std::string> traces;
  const auto handler = [&](const Invocation& invocation) {
    seen.push_back(invocation);
    traces.emplace_back(std::getenv("_X_AMZN_TRACE_ID"));
    return "{}";
  };
  EXPECT_EQ(run(handler), 0);
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0].request_id, "id-1");
  EXPECT_EQ(seen[0].payload, R"({"a":1})");
  EXPECT_EQ(seen[0].deadline, clock_.now() + milliseconds(3000));
  EXPECT_TRUE(seen[0].cold_start);
  EXPECT_FALSE(seen[1].cold_start);
  EXPECT_FALSE(seen[2].cold_start);
  EXPECT_THAT(traces, ElementsAre("Root=1-id-1", "Root=1-id-2", "Root=1-id-3"));
}

TEST_F(LambdaRuntime, PassesTheTraceOfASampledInvocationToTheHandler) {
  net::HttpResponse sampled = *next("id-1");
  sampled.headers.set("Lambda-Runtime-Trace-Id",
                      "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=defdfd9912dc5a56;Sampled=1");
  transport_.script = {sampled, accepted(), next("id-2"), accepted(), interrupted()};
  std::vector<std::string> traces;
  EXPECT_EQ(run([&](const Invocation& invocation) {
              traces.push_back(invocation.trace ? invocation.trace->id : "none");
              return "{}";
            }),
            0);
  EXPECT_THAT(traces, ElementsAre("1-5759e988-bd862e3fe1be46a994272793", "none"));
}

TEST_F(LambdaRuntime, AcceptsAnInvocationWithoutADeadlineOrTraceId) {
  net::HttpResponse bare{.status = 200, .headers = {{"Lambda-Runtime-Aws-Request-Id", "id-2"}}, .body = "{}"};
  net::HttpResponse malformed = bare;
  malformed.headers.set("Lambda-Runtime-Deadline-Ms", "soon");
  net::HttpResponse with_unit = bare;
  with_unit.headers.set("Lambda-Runtime-Deadline-Ms", "1767323048678ms");
  transport_.script = {next("id-1"), accepted(), bare,       accepted(),   malformed,
                       accepted(),   with_unit,  accepted(), interrupted()};
  std::vector<std::optional<Instant>> deadlines;
  std::vector<std::string> traces;
  EXPECT_EQ(run([&](const Invocation& invocation) {
              deadlines.push_back(invocation.deadline);
              traces.emplace_back(std::getenv("_X_AMZN_TRACE_ID"));
              return "{}";
            }),
            0);
  EXPECT_THAT(deadlines,
              ElementsAre(clock_.now() + milliseconds(3000), std::nullopt, std::nullopt, std::nullopt));
  EXPECT_THAT(traces, ElementsAre("Root=1-id-1", "", "", ""))
      << "the trace id of the previous invocation must not remain";
}

TEST_F(LambdaRuntime, AcceptsAnAddressWithAPath) {
  Runtime runtime("127.0.0.1:9001/environments/7", transport_, clock_, log_.log);
  transport_.script = {interrupted()};
  EXPECT_EQ(runtime.run([](const Invocation&) { return ""; }), 0);
  EXPECT_EQ(transport_.sent.at(0).url,
            "http://127.0.0.1:9001/environments/7/2018-06-01/runtime/invocation/next");
}

// Invocations that fail

template <typename Throw>
InvocationHandler throwing(Throw throw_it) {
  return [throw_it](const Invocation&) -> std::string {
    throw_it();
    return "{}";
  };
}

TEST_F(LambdaRuntime, PostsTheErrorOfAnInvocationAndContinues) {
  struct Case {
    InvocationHandler handler;
    const char* type;
    const char* message;
  };
  const Case cases[] = {
      {throwing([] { throw std::runtime_error("it \"broke\"\n"); }), "Runtime.UnhandledException",
       "it \"broke\"\n"},
      {throwing([] { throw std::out_of_range("too far"); }), "Runtime.UnhandledException", "too far"},
      {throwing([] { throw InvocationError("Runtime.InvalidEvent", "not from a gateway"); }),
       "Runtime.InvalidEvent", "not from a gateway"},
      {throwing([] { throw 42; }), "Runtime.UnhandledException", "an exception that is not a std::exception"},
  };
  for (const auto& [handler, type, message] : cases) {
    transport_.sent.clear();
    transport_.script = {next("id-1"), accepted(), interrupted()};
    EXPECT_EQ(run(handler), 0);
    EXPECT_THAT(paths(), ElementsAre("/invocation/next", "/invocation/id-1/error", "/invocation/next"));
    EXPECT_THAT(posted("id-1/error"), IsErrorPost(type, message));
    EXPECT_THAT(log_.lines().back(),
                AllOf(HasSubstr(R"("level":"ERROR")"), HasSubstr(R"("requestId":"id-1")"), HasSubstr(type)));
  }
}

TEST_F(LambdaRuntime, ReportsAResponseThatIsTooLargeAndContinues) {
  transport_.script = {next("id-1"), status(413), accepted(), next("id-2"), accepted(), interrupted()};
  EXPECT_EQ(run([](const Invocation&) { return std::string(7'000'000, 'x'); }), 0);
  EXPECT_THAT(paths(), ElementsAre("/invocation/next", "/invocation/id-1/response", "/invocation/id-1/error",
                                   "/invocation/next", "/invocation/id-2/response", "/invocation/next"));
  EXPECT_THAT(posted("id-1/error"),
              IsErrorPost("Function.ResponseSizeTooLarge",
                          "the response of 7000000 bytes is larger than Lambda accepts"));
}

TEST_F(LambdaRuntime, ContinuesWhenPostingAResponseFails) {
  for (const Outcome& outcome :
       {status(400), status(403), failed(Kind::response_lost), failed(Kind::not_sent), status(200)}) {
    const auto lines_before = log_.lines().size();
    transport_.script = {next("id-1"), outcome, next("id-2"), accepted(), interrupted()};
    EXPECT_EQ(run(), 0);
    EXPECT_THAT(transport_.script, IsEmpty());
    EXPECT_EQ(log_.lines().size(), lines_before + 1) << "the log must report the failure";
  }
}

TEST_F(LambdaRuntime, ContinuesWhenPostingAnErrorFails) {
  transport_.script = {next("id-1"), failed(Kind::response_lost), interrupted()};
  EXPECT_EQ(run(throwing([] { throw std::runtime_error("broken"); })), 0);
}

TEST_F(LambdaRuntime, ExitsWithAnErrorWhenTheRuntimeApiFails) {
  transport_.script = {next("id-1"), status(500)};
  EXPECT_EQ(run(), 1);
  transport_.script = {next("id-1"), status(500)};
  EXPECT_EQ(run(throwing([] { throw std::runtime_error("broken"); })), 1);
  EXPECT_THAT(log_.lines(), Contains(HasSubstr("HTTP 500")).Times(2));
}

// Failures of `next`

TEST_F(LambdaRuntime, ExitsWithAnErrorAfterThreeConsecutiveFailures) {
  const auto with_headers = [](http::Headers headers) {
    return Outcome(net::HttpResponse{.status = 200, .headers = std::move(headers), .body = "{}"});
  };
  for (const Outcome& outcome :
       {failed(Kind::not_sent), failed(Kind::response_lost), status(500), status(403), with_headers({}),
        with_headers({{"Lambda-Runtime-Aws-Request-Id", ""}}),
        with_headers({{"Lambda-Runtime-Aws-Request-Id", "id\xCE"}}),
        with_headers({{"Lambda-Runtime-Aws-Request-Id", "a/b"}}),
        with_headers({{"Lambda-Runtime-Aws-Request-Id", "a#b"}})}) {
    transport_.sent.clear();
    clock_.sleeps.clear();
    transport_.script = {outcome, outcome, outcome};
    EXPECT_EQ(run(), 1);
    EXPECT_EQ(transport_.sent.size(), 3U);
    EXPECT_THAT(clock_.sleeps, ElementsAre(milliseconds(50), milliseconds(100)));
  }
  EXPECT_EQ(log_.lines().size(), 27U);
}

TEST_F(LambdaRuntime, CountsConsecutiveFailuresOnly) {
  transport_.script = {
      failed(Kind::not_sent), status(500), next("id-1"), accepted(), status(500), status(500),
      failed(Kind::not_sent)};
  EXPECT_EQ(run(), 1);
  EXPECT_THAT(transport_.script, IsEmpty());
}

TEST_F(LambdaRuntime, ExitsWithoutAnErrorWhenInterrupted) {
  transport_.script = {failed(Kind::not_sent), interrupted()};
  EXPECT_EQ(run(), 0);
}

// Initialization

TEST_F(LambdaRuntime, ReportsAnInitializationError) {
  transport_.script = {accepted()};
  runtime_.report_init_error("Runtime.InvalidConfiguration",
                             "the environment variable TABLE_NAME is not set");
  EXPECT_THAT(paths(), ElementsAre("/init/error"));
  EXPECT_THAT(posted("/init/error"),
              IsErrorPost("Runtime.InvalidConfiguration", "the environment variable TABLE_NAME is not set"));
  EXPECT_THAT(log_.lines(), ElementsAre(AllOf(HasSubstr(R"("level":"FATAL")"), HasSubstr("TABLE_NAME"))));
}

TEST_F(LambdaRuntime, LogsAnInitializationErrorThatItCannotReport) {
  transport_.script = {failed(Kind::not_sent)};
  runtime_.report_init_error("Runtime.InvalidConfiguration", "TABLE_NAME is not set");
  EXPECT_THAT(log_.lines(), Contains(HasSubstr("TABLE_NAME")));
}

}  // namespace
}  // namespace serverless::lambda::testing
