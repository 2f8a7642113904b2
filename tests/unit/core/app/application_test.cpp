#include "core/app/application.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <stdexcept>
#include <utility>

#include "core/json/json.h"
#include "core/json/writer.h"
#include "tests/support/rfc7515.h"
#include "tests/support/test_application.h"
#include "tests/support/tokens.h"

namespace serverless::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// A parsed proxy response.
struct ProxyResponse {
  json::Document document;

  int status() const { return static_cast<int>(document.root()["statusCode"].integer().value_or(0)); }
  std::string body() const { return std::string(document.root()["body"].string().value_or("")); }
  std::optional<std::string_view> header(std::string_view name) const {
    return document.root()["headers"][name].string();
  }
};

/// Returns the event of a REST API.
std::string event(std::string_view method, std::string_view path,
                  const std::map<std::string, std::string>& headers = {}, std::string_view user_arn = "") {
  json::Writer json;
  json.begin_object().member("httpMethod", method).member("path", path).key("headers").begin_object();
  for (const auto& [name, value] : headers) json.member(name, value);
  json.end_object().key("requestContext").begin_object().member("requestId", "request-1");
  if (!user_arn.empty()) json.key("identity").begin_object().member("userArn", user_arn).end_object();
  json.end_object().end_object();
  return std::move(json).text();
}

Handler respond_with(Problem problem) {
  return [problem = std::move(problem)](const http::Request&) { return failure(problem); };
}

class ApplicationTest : public ::testing::Test, protected TestApplication {
 protected:
  std::unique_ptr<Application> make_with(const Handler& handler) {
    return make({.route = {"GET", "/orders/{orderId}"},
                 .scope = "orders:read",
                 .make_handler = [handler](Dependencies&) { return handler; }});
  }

  ProxyResponse handle(const Handler& handler, const std::string& payload) {
    return {*json::Document::parse(make_with(handler)->handle(invocation(payload)))};
  }
};

/// Responds with the id in the path.
Result<http::Response> echo(const http::Request& request) {
  return http::Response{
      .status = 200, .headers = {{"ETag", R"("1")"}}, .body = request.path_parameters.at("orderId")};
}

const Handler must_not_run = [](const http::Request&) -> Result<http::Response> {
  throw std::logic_error("the handler ran");
};

TEST_F(ApplicationTest, ReturnsTheResponseOfTheHandler) {
  const auto response = handle(echo, event("GET", "/prod/orders/42"));
  EXPECT_EQ(response.status(), 200);
  EXPECT_EQ(response.body(), "42");
  EXPECT_EQ(response.header("ETag"), R"("1")");
}

TEST_F(ApplicationTest, RespondsToAProblemWithProblemJson) {
  const auto response = handle(respond_with({.kind = Problem::Kind::gone, .detail = "It is gone."}),
                               event("GET", "/orders/42"));
  EXPECT_EQ(response.status(), 410);
  EXPECT_EQ(response.header("Content-Type"), "application/problem+json");
  const auto body = json::Document::parse(response.body()).value();
  EXPECT_EQ(body.root()["detail"].string(), "It is gone.");
  EXPECT_EQ(body.root()["instance"].string(), "/orders/42");
}

TEST_F(ApplicationTest, AddsTheStandardHeadersToEveryResponse) {
  for (const char* path : {"/orders/42", "/elsewhere"}) {
    const auto response = handle(echo, event("GET", path));
    EXPECT_EQ(response.header("X-Request-Id"), "request-1");
    EXPECT_EQ(response.header("Cache-Control"), "no-store");
    EXPECT_EQ(response.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(response.header("Access-Control-Allow-Origin"), "https://example.com");
    EXPECT_EQ(response.header("Vary"), "Origin");
    EXPECT_THAT(std::string(response.header("Access-Control-Expose-Headers").value_or("")),
                HasSubstr("ETag"));
  }
}

TEST_F(ApplicationTest, RejectsOtherRoutesWithoutCallingTheHandler) {
  EXPECT_EQ(handle(must_not_run, event("GET", "/elsewhere")).status(), 404);
  const auto response = handle(must_not_run, event("DELETE", "/orders/42"));
  EXPECT_EQ(response.status(), 405);
  EXPECT_EQ(response.header("Allow"), "GET");
}

TEST_F(ApplicationTest, WritesOneLogLineAndOneLineOfMetrics) {
  (void)handle(echo, event("GET", "/orders/42"));
  EXPECT_THAT(
      log.lines(),
      ElementsAre(AllOf(HasSubstr(R"("message":"request")"), HasSubstr(R"("apiRequestId":"request-1")"),
                        HasSubstr(R"("route":"GET /orders/{orderId}")"), HasSubstr(R"("status":200)"),
                        HasSubstr(R"("coldStart":true)")),
                  AllOf(HasSubstr(R"("Namespace":"OrdersApi")"), HasSubstr(R"("FunctionName":"GetOrder")"))));
}

TEST_F(ApplicationTest, LogsTheCauseAndHidesItFromTheClient) {
  const auto internal =
      handle(respond_with(Problem::internal("the table is gone")), event("GET", "/orders/42"));
  EXPECT_EQ(internal.status(), 500);
  EXPECT_THAT(internal.body(), Not(HasSubstr("table")));
  EXPECT_THAT(log.lines()[0],
              AllOf(HasSubstr(R"("level":"ERROR")"), HasSubstr(R"("apiRequestId":"request-1")"),
                    HasSubstr(R"("cause":"the table is gone")")));

  const auto unavailable =
      handle(respond_with(Problem::unavailable("the table is slow")), event("GET", "/orders/42"));
  EXPECT_EQ(unavailable.status(), 503);
  EXPECT_EQ(unavailable.header("Retry-After"), "1");
  EXPECT_THAT(unavailable.body(), Not(HasSubstr("table")));
  EXPECT_THAT(log.lines()[3],
              AllOf(HasSubstr(R"("level":"WARN")"), HasSubstr(R"("cause":"the table is slow")")));
}

TEST_F(ApplicationTest, LogsTheCallerAsAHash) {
  (void)handle(echo, event("GET", "/orders/42", {}, "arn:aws:iam::123456789012:user/ada"));
  // printf '%s' 'iam arn:aws:iam::123456789012:user/ada' | sha256sum
  EXPECT_THAT(
      log.lines()[0],
      AllOf(HasSubstr(R"("caller":"809190399e957f72f36a02163b82b794bff2238e67b8e0ee9b0a1f9169c8e09d")"),
            Not(HasSubstr("arn:aws"))));
}

TEST_F(ApplicationTest, UsesTheIdOfTheInvocationWhenTheGatewaySendsNone) {
  EXPECT_EQ(handle(echo, R"({"httpMethod":"GET","path":"/orders/42"})").header("X-Request-Id"),
            "invocation-1");
}

TEST_F(ApplicationTest, FailsTheInvocationOfAnEventThatIsNotARequest) {
  EXPECT_THROW(handle(echo, R"({"Records":[]})"), lambda::InvocationError);
  EXPECT_THAT(log.lines()[0], HasSubstr(R"("status":502)"));
}

TEST_F(ApplicationTest, LogsTheRequestWhoseInvocationFails) {
  EXPECT_THROW(handle(must_not_run, event("GET", "/orders/42")), std::logic_error);
  EXPECT_THAT(log.lines(),
              ElementsAre(AllOf(HasSubstr(R"("message":"request")"),
                                HasSubstr(R"("apiRequestId":"request-1")"), HasSubstr(R"("status":502)")),
                          HasSubstr(R"("Namespace":"OrdersApi")")));
}

/// A clock that fails when it is first read.
class FailingClock final : public Clock {
 public:
  Instant now() const override {
    if (!std::exchange(has_failed_, true)) throw std::runtime_error("the clock failed");
    return {};
  }
  void sleep_for(milliseconds) override {}

 private:
  mutable bool has_failed_ = false;
};

TEST_F(ApplicationTest, DoesNotLogAResponseAsAFailureWhenLoggingFails) {
  FailingClock failing;
  Application application({.route = {"GET", "/orders/{orderId}"},
                           .scope = "orders:read",
                           .make_handler = [](Dependencies&) -> Handler { return echo; }},
                          {.realm = "orders", .metrics_namespace = "OrdersApi", .user_agent = "orders-api/1"},
                          configuration, environment,
                          {.transport = transport,
                           .issuer_transport = issuer,
                           .clock = failing,
                           .ids = ids,
                           .random = random,
                           .log = log.log});
  EXPECT_THROW(application.handle(invocation(event("GET", "/orders/42"))), std::runtime_error);
  EXPECT_THAT(log.lines(), IsEmpty());
}

TEST_F(ApplicationTest, LimitsCallsToTheDeadlineOfTheInvocation) {
  const auto application = make({.route = {"GET", "/orders/{orderId}"},
                                 .scope = "orders:read",
                                 .make_handler = [](Dependencies& dependencies) -> Handler {
                                   return [&dependencies](const http::Request&) -> Result<http::Response> {
                                     (void)dependencies.dynamodb.call("GetItem", "{}");
                                     return http::Response{};
                                   };
                                 }});
  auto soon = invocation(event("GET", "/orders/42"));
  soon.deadline = clock.now() + milliseconds(650);
  transport.script = {net::HttpResponse{.status = 200, .headers = {}, .body = "{}"}};
  (void)application->handle(soon);
  EXPECT_EQ(transport.sent.at(0).timeout, milliseconds(500));
}

TEST_F(ApplicationTest, ConnectsToDynamoDbAndFetchesTheKeysDuringInitialization) {
  configuration.authentication =
      AuthenticationSettings{.policy = {.algorithms = {auth::SignatureAlgorithm::rs256},
                                        .expected = {.issuer = "joe", .audience = "orders"}},
                             .keys = "https://issuer.example/jwks"};
  transport.script = {net::HttpResponse{.status = 200, .headers = {}, .body = "healthy"}};
  issuer.script = {net::HttpResponse{.status = 200, .headers = {}, .body = jwks()}};
  make_with(echo)->connect();
  EXPECT_EQ(transport.sent.at(0).url, "http://dynamodb.test/");
  EXPECT_EQ(transport.sent.at(0).timeout, milliseconds(1000));
  EXPECT_EQ(issuer.sent.at(0).url, "https://issuer.example/jwks");
  EXPECT_EQ(issuer.sent.at(0).timeout, milliseconds(1000));
}

class AuthenticatedApplicationTest : public ApplicationTest {
 protected:
  AuthenticatedApplicationTest() {
    configuration.authentication = AuthenticationSettings{
        .policy = {.algorithms = {auth::SignatureAlgorithm::hs256},
                   .expected = {.issuer = "joe", .audience = "orders"}},
        .keys = auth::KeySet::of_secrets({auth::VerificationKey::hmac(rfc7515::hs256_secret).value()})};
  }

  static std::string token(std::string_view scope) {
    return "Bearer " +
           signed_token(auth::SignatureAlgorithm::hs256, R"({"alg":"HS256"})",
                        fmt::format(R"({{"iss":"joe","aud":"orders","sub":"ada","exp":1767323046,)"
                                    R"("scope":"{}"}})",
                                    scope));
  }
};

TEST_F(AuthenticatedApplicationTest, PassesTheCallerOfTheTokenToTheHandler) {
  const Handler respond_with_caller = [](const http::Request& request) {
    return http::Response{.status = 200, .headers = {}, .body = request.caller};
  };
  const auto response =
      handle(respond_with_caller,
             event("GET", "/orders/42", {{"Authorization", token("orders:read")}}, "arn:aws:iam::1:user/x"));
  EXPECT_EQ(response.body(), "jwt joe ada");
}

TEST_F(AuthenticatedApplicationTest, RejectsRequestsWithoutAValidToken) {
  const auto missing = handle(must_not_run, event("GET", "/orders/42", {}, "arn:aws:iam::1:user/x"));
  EXPECT_EQ(missing.status(), 401);
  EXPECT_EQ(missing.header("WWW-Authenticate"), R"(Bearer realm="orders")");
  EXPECT_THAT(log.lines()[0], AllOf(HasSubstr(R"("level":"INFO")"), HasSubstr("no bearer token")));

  const auto invalid = handle(must_not_run, event("GET", "/orders/42", {{"Authorization", "Bearer a.b.c"}}));
  EXPECT_EQ(invalid.status(), 401);
  EXPECT_EQ(invalid.header("WWW-Authenticate"), R"(Bearer realm="orders", error="invalid_token")");
  EXPECT_THAT(invalid.body(), Not(HasSubstr("header")));
  EXPECT_THAT(log.lines()[3], AllOf(HasSubstr(R"("level":"INFO")"), HasSubstr("the header is not")));
}

TEST_F(AuthenticatedApplicationTest, RejectsTokensWithoutTheScope) {
  const auto response =
      handle(must_not_run, event("GET", "/orders/42", {{"Authorization", token("orders:write")}}));
  EXPECT_EQ(response.status(), 403);
  EXPECT_EQ(response.header("WWW-Authenticate"),
            R"(Bearer realm="orders", error="insufficient_scope", scope="orders:read")");
}

TEST_F(AuthenticatedApplicationTest, ChecksTheRouteBeforeTheToken) {
  EXPECT_EQ(handle(must_not_run, event("GET", "/elsewhere")).status(), 404);
  EXPECT_EQ(handle(must_not_run, event("DELETE", "/orders/42")).status(), 405);
}

}  // namespace
}  // namespace serverless::testing
