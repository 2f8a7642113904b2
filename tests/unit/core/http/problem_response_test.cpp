#include "core/http/problem_response.h"

#include <gmock/gmock.h>

#include "core/json/json.h"
#include "tests/support/requests.h"

namespace serverless::http::testing {
namespace {

using serverless::testing::a_get;
using serverless::testing::a_post;

struct Case {
  Problem problem;
  int status = 0;
  std::string_view title;
};

Problem problem_of(Problem::Kind kind) {
  return {.kind = kind, .detail = "What happened.", .cause = "the cause"};
}

const Case problems[] = {
    {Problem::invalid("quantity", "wrong_type", "must be an integer"), 400, "Bad Request"},
    {problem_of(Problem::Kind::unauthenticated), 401, "Unauthorized"},
    {problem_of(Problem::Kind::forbidden), 403, "Forbidden"},
    {problem_of(Problem::Kind::not_found), 404, "Not Found"},
    {problem_of(Problem::Kind::method_not_allowed), 405, "Method Not Allowed"},
    {problem_of(Problem::Kind::conflict), 409, "Conflict"},
    {problem_of(Problem::Kind::gone), 410, "Gone"},
    {problem_of(Problem::Kind::precondition_failed), 412, "Precondition Failed"},
    {problem_of(Problem::Kind::payload_too_large), 413, "Content Too Large"},
    {problem_of(Problem::Kind::unsupported_media_type), 415, "Unsupported Media Type"},
    {problem_of(Problem::Kind::unprocessable), 422, "Unprocessable Content"},
    {Problem::internal("the cause"), 500, "Internal Server Error"},
    {Problem::unavailable("the cause"), 503, "Service Unavailable"},
};

TEST(ProblemResponse, HasAStatusForEveryKindOfProblem) {
  for (const auto& [problem, status, title] : problems) {
    const Response response = problem_response(problem, a_get().path("/prod/orders"));
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(response.headers.get("Content-Type"), "application/problem+json");
    const auto body = json::Document::parse(response.body).value();
    EXPECT_EQ(body.root()["type"].string(), "about:blank");
    EXPECT_EQ(body.root()["title"].string(), title);
    EXPECT_EQ(body.root()["status"].integer(), status);
    EXPECT_EQ(body.root()["detail"].string(), problem.detail);
    EXPECT_EQ(body.root()["instance"].string(), "/prod/orders");
    EXPECT_EQ(body.root()["requestId"].string(), "request-1");
    EXPECT_EQ(body.root()["errors"].is_missing(), problem.errors.empty()) << title;
    EXPECT_EQ(response.body.find("the cause"), std::string::npos) << title;
  }
}

TEST(ProblemResponse, HasItsMembersInAFixedOrder) {
  EXPECT_EQ(problem_response(Problem::invalid("quantity", "wrong_type", "must be an integer"),
                             a_post().path("/orders"))
                .body,
            R"({"type":"about:blank","title":"Bad Request","status":400,)"
            R"("detail":"The request is invalid; see errors.","instance":"/orders","requestId":"request-1",)"
            R"("errors":[{"field":"quantity","code":"wrong_type","message":"must be an integer"}]})");
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

TEST(ProblemResponse, HasTheHeadersOfTheProblem) {
  Problem problem = problem_of(Problem::Kind::method_not_allowed);
  problem.headers = {{"Allow", "GET"}};
  EXPECT_EQ(problem_response(problem, a_post()).headers.get("Allow"), "GET");
}

TEST(ProblemResponse, HasRetryAfterWhenTheServiceIsUnavailable) {
  EXPECT_EQ(problem_response(Problem::unavailable("cause"), a_get()).headers.get("Retry-After"), "1");
}

TEST(ProblemResponse, PercentEncodesThePath) {
  const auto body =
      json::Document::parse(
          problem_response(problem_of(Problem::Kind::not_found), a_get().path("/é/a b%20c/\"")).body)
          .value();
  EXPECT_EQ(body.root()["instance"].string(), "/%C3%A9/a%20b%20c/%22");
}

}  // namespace
}  // namespace serverless::http::testing
