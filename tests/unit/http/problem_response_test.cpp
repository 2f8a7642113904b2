#include "http/problem_response.h"

#include <gmock/gmock.h>

#include "json/json.h"
#include "tests/support/requests.h"

namespace users::http::testing {
namespace {

using users::testing::a_get;
using users::testing::a_post;

struct Case {
  Problem problem;
  int status = 0;
  std::string_view title;
};

const Case cases[] = {
    {Problem::invalid("age", "wrong_type", "must be an integer"), 400, "Bad Request"},
    {Problem::malformed_json("must be JSON"), 400, "Bad Request"},
    {Problem::unauthenticated("invalid_token", "the cause"), 401, "Unauthorized"},
    {Problem::forbidden("users:read"), 403, "Forbidden"},
    {Problem::route_not_found(), 404, "Not Found"},
    {Problem::user_not_found("the-id"), 404, "Not Found"},
    {Problem::method_not_allowed("GET"), 405, "Method Not Allowed"},
    {Problem::conflict("There is one already."), 409, "Conflict"},
    {Problem::user_gone(), 410, "Gone"},
    {Problem::key_reused(), 422, "Unprocessable Content"},
    {Problem::email_taken(), 409, "Conflict"},
    {Problem::precondition_failed(), 412, "Precondition Failed"},
    {Problem::payload_too_large(16384), 413, "Content Too Large"},
    {Problem::unsupported_media_type(), 415, "Unsupported Media Type"},
    {Problem::internal("the cause"), 500, "Internal Server Error"},
    {Problem::unavailable("the cause"), 503, "Service Unavailable"},
};

TEST(ProblemResponse, TellsEveryKindOfProblem) {
  for (const auto& [problem, status, title] : cases) {
    const Response response = problem_response(problem, a_get().path("/prod/users"));
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(response.headers.get("Content-Type"), "application/problem+json");
    const auto body = json::Document::parse(response.body).value();
    EXPECT_EQ(body.root()["type"].string(), "about:blank");
    EXPECT_EQ(body.root()["title"].string(), title);
    EXPECT_EQ(body.root()["status"].integer(), status);
    EXPECT_EQ(body.root()["detail"].string(), problem.detail);
    EXPECT_EQ(body.root()["instance"].string(), "/prod/users");
    EXPECT_EQ(body.root()["requestId"].string(), "request-1");
    EXPECT_EQ(body.root()["errors"].is_missing(), problem.errors.empty()) << title;
    EXPECT_EQ(response.headers.get("Allow").has_value(), status == 405) << title;
    EXPECT_EQ(response.headers.get("Retry-After").has_value(), status == 503) << title;
    EXPECT_EQ(response.headers.get("WWW-Authenticate").has_value(), status == 401 || status == 403) << title;
    EXPECT_EQ(response.body.find("the cause"), std::string::npos) << title;
  }
}

TEST(ProblemResponse, HasItsMembersInAReadableOrder) {
  EXPECT_EQ(problem_response(Problem::invalid("age", "wrong_type", "must be an integer"), a_post()).body,
            R"({"type":"about:blank","title":"Bad Request","status":400,)"
            R"("detail":"The request has faults; see errors.","instance":"/users","requestId":"request-1",)"
            R"("errors":[{"field":"age","code":"wrong_type","message":"must be an integer"}]})");
}

TEST(ProblemResponse, ListsEveryError) {
  const Problem problem = Problem::invalid({{"name", "required", "is required"},
                                            {"", "malformed_json", "must be JSON"},
                                            {"\"名\n", "unknown_field", "is unknown"}});
  const auto body = json::Document::parse(problem_response(problem, a_post()).body).value();
  std::vector<FieldError> errors;
  for (const json::Value& error : body.root()["errors"].elements()) {
    errors.push_back({std::string(error["field"].string().value()),
                      std::string(error["code"].string().value()),
                      std::string(error["message"].string().value())});
  }
  EXPECT_EQ(errors, problem.errors);
}

TEST(ProblemResponse, NamesTheAllowedMethod) {
  EXPECT_EQ(problem_response(Problem::method_not_allowed("GET"), a_post()).headers.get("Allow"), "GET");
}

TEST(ProblemResponse, ChallengesAsRfc6750Does) {
  const auto challenge = [](const Problem& problem) {
    const Response response = problem_response(problem, a_get());
    return std::string(response.headers.get("WWW-Authenticate").value());
  };
  EXPECT_EQ(challenge(Problem::unauthenticated("", "")), R"(Bearer realm="users")");
  EXPECT_EQ(challenge(Problem::unauthenticated("invalid_token", "")),
            R"(Bearer realm="users", error="invalid_token")");
  EXPECT_EQ(challenge(Problem::forbidden("users:read")),
            R"(Bearer realm="users", error="insufficient_scope", scope="users:read")");
}

TEST(ProblemResponse, SaysWhenToTryAgain) {
  EXPECT_EQ(problem_response(Problem::unavailable("cause"), a_get()).headers.get("Retry-After"), "1");
}

TEST(ProblemResponse, NamesThePathInTheFormOfAUri) {
  const auto body =
      json::Document::parse(problem_response(Problem::route_not_found(), a_get().path("/é/a b%20c/\"")).body)
          .value();
  EXPECT_EQ(body.root()["instance"].string(), "/%C3%A9/a%20b%20c/%22");
}

}  // namespace
}  // namespace users::http::testing
