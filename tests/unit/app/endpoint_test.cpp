#include "app/endpoint.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "json/json.h"
#include "tests/support/captured_log.h"
#include "tests/support/fakes.h"
#include "tests/support/requests.h"
#include "tests/support/rfc7515.h"
#include "tests/support/tokens.h"

namespace users::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// Answers with the userId of the path.
Result<http::Response> echo(const http::Request& request, Services&) {
  return http::Response{
      .status = 200, .headers = {{"ETag", R"("1")"}}, .body = request.path_parameters.at("userId")};
}
Result<http::Response> fail_inside(const http::Request&, Services&) {
  return failure(Problem::internal("the table is gone"));
}
Result<http::Response> fail_for_now(const http::Request&, Services&) {
  return failure(Problem::unavailable("the table is slow"));
}
Result<http::Response> refuse(const http::Request&, Services&) {
  return failure(Problem::precondition_failed());
}

class EndpointTest : public ::testing::Test {
 protected:
  http::Response answer(Handler handler, const http::Request& request,
                        std::string_view allowed_origin = "*") {
    return users::answer({{"GET", "/users/{userId}"}, read_scope, handler}, request, services_,
                         authenticator_, allowed_origin, log_.log);
  }

  FakeServices services_;
  CapturedLog log_;
  auth::Authenticator* authenticator_ = nullptr;
};

TEST_F(EndpointTest, AnswersWithTheHandlersResponse) {
  const auto response = answer(echo, a_get().path("/prod/users/42"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "42");
  EXPECT_EQ(response.headers.get("ETag"), R"("1")");
  EXPECT_THAT(log_.lines(), IsEmpty());
}

TEST_F(EndpointTest, AnswersAProblemAsProblemJson) {
  const auto response = answer(refuse, a_get().path("/users/42"));
  EXPECT_EQ(response.status, 412);
  EXPECT_EQ(response.headers.get("Content-Type"), "application/problem+json");
  EXPECT_EQ(json::Document::parse(response.body).value().root()["instance"].string(), "/users/42");
  EXPECT_THAT(log_.lines(), IsEmpty()) << "a client's fault needs no one's attention";
}

TEST_F(EndpointTest, PutsTheStandardHeadersOnEveryReply) {
  for (const Handler handler : {echo, fail_inside, fail_for_now, refuse}) {
    for (const char* path : {"/users/42", "/elsewhere"}) {
      const auto response = answer(handler, a_get().path(path), "https://example.com");
      EXPECT_EQ(response.headers.get("X-Request-Id"), "request-1");
      EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
      EXPECT_EQ(response.headers.get("X-Content-Type-Options"), "nosniff");
      EXPECT_EQ(response.headers.get("Access-Control-Allow-Origin"), "https://example.com");
      EXPECT_EQ(response.headers.get("Vary"), "Origin");
      EXPECT_THAT(std::string(*response.headers.get("Access-Control-Expose-Headers")), HasSubstr("ETag"));
    }
  }
}

TEST_F(EndpointTest, LogsTheCauseAndTellsTheClientNothingOfIt) {
  const auto internal = answer(fail_inside, a_get().path("/users/42"));
  EXPECT_EQ(internal.status, 500);
  EXPECT_THAT(internal.body, Not(HasSubstr("table")));

  const auto unavailable = answer(fail_for_now, a_get().path("/users/42"));
  EXPECT_EQ(unavailable.status, 503);
  EXPECT_EQ(unavailable.headers.get("Retry-After"), "1");
  EXPECT_THAT(unavailable.body, Not(HasSubstr("table")));

  EXPECT_THAT(
      log_.lines(),
      ElementsAre(AllOf(HasSubstr(R"("level":"ERROR")"), HasSubstr(R"("apiRequestId":"request-1")"),
                        HasSubstr(R"("cause":"the table is gone")")),
                  AllOf(HasSubstr(R"("level":"WARN")"), HasSubstr(R"("cause":"the table is slow")"))));
}

TEST_F(EndpointTest, LogsWhoCallsAsAHash) {
  (void)answer(fail_for_now, a_get().path("/users/42").caller("iam arn:aws:iam::123456789012:user/ada"));
  // printf '%s' 'iam arn:aws:iam::123456789012:user/ada' | sha256sum
  EXPECT_THAT(log_.lines(),
              ElementsAre(AllOf(
                  HasSubstr(R"("caller":"809190399e957f72f36a02163b82b794bff2238e67b8e0ee9b0a1f9169c8e09d")"),
                  Not(HasSubstr("arn:aws")))));
}

TEST_F(EndpointTest, AnswersWhatIsNotItsOwnWithoutTheHandler) {
  EXPECT_EQ(answer(fail_inside, a_get().path("/elsewhere")).status, 404);
  const auto response = answer(fail_inside, a_delete().path("/users/42"));
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.get("Allow"), "GET");
}

class AuthenticatedEndpointTest : public EndpointTest {
 protected:
  AuthenticatedEndpointTest() { authenticator_ = &token_authenticator_; }

  static std::string token(std::string_view scope) {
    return "Bearer " +
           signed_token(
               SignatureAlgorithm::hs256, R"({"alg":"HS256"})",
               fmt::format(R"({{"iss":"joe","aud":"users","sub":"ada","exp":1767323046,"scope":"{}"}})",
                           scope));
  }

  auth::FixedKeys keys_{auth::KeySet::of_secrets({VerificationKey::hmac(rfc7515::hs256_secret).value()})};
  auth::Authenticator token_authenticator_{
      {.algorithms = {SignatureAlgorithm::hs256}, .expected = {.issuer = "joe", .audience = "users"}},
      keys_,
      services_.clock};
};

/// Answers with who calls.
Result<http::Response> who_calls(const http::Request& request, Services&) {
  return http::Response{.status = 200, .headers = {}, .body = request.caller};
}

TEST_F(AuthenticatedEndpointTest, GivesTheHandlerTheCallerOfTheToken) {
  const auto request =
      a_get().path("/users/42").caller("iam arn").header("Authorization", token("users:read"));
  EXPECT_EQ(answer(who_calls, request).body, "jwt joe ada");
}

TEST_F(AuthenticatedEndpointTest, AnswersWithoutTheHandlerWhoHasNoTokenThatHolds) {
  const auto missing = answer(fail_inside, a_get().path("/users/42").caller("iam arn"));
  EXPECT_EQ(missing.status, 401);
  EXPECT_EQ(missing.headers.get("WWW-Authenticate"), R"(Bearer realm="users")");
  EXPECT_EQ(missing.headers.get("Content-Type"), "application/problem+json");

  const auto bad = answer(fail_inside, a_get().path("/users/42").header("Authorization", "Bearer a.b.c"));
  EXPECT_EQ(bad.status, 401);
  EXPECT_EQ(bad.headers.get("WWW-Authenticate"), R"(Bearer realm="users", error="invalid_token")");
  EXPECT_EQ(bad.headers.get("X-Request-Id"), "request-1");
  EXPECT_THAT(bad.body, Not(HasSubstr("header")));
  EXPECT_THAT(log_.lines(),
              ElementsAre(AllOf(HasSubstr(R"("level":"INFO")"), HasSubstr("no bearer token")),
                          AllOf(HasSubstr(R"("level":"INFO")"), HasSubstr("the header is no"))));
}

TEST_F(AuthenticatedEndpointTest, ForbidsWhatTheTokenDoesNotGrant) {
  const auto response =
      answer(fail_inside, a_get().path("/users/42").header("Authorization", token("users:write")));
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(response.headers.get("WWW-Authenticate"),
            R"(Bearer realm="users", error="insufficient_scope", scope="users:read")");
  EXPECT_THAT(log_.lines(), IsEmpty());
}

TEST_F(AuthenticatedEndpointTest, AnswersWhatIsNotItsOwnBeforeItAsksWhoCalls) {
  EXPECT_EQ(answer(fail_inside, a_get().path("/elsewhere")).status, 404);
  EXPECT_EQ(answer(fail_inside, a_delete().path("/users/42")).status, 405);
}

}  // namespace
}  // namespace users::testing
