#include "core/http/route.h"

#include <gmock/gmock.h>

#include "tests/support/matchers.h"
#include "tests/support/requests.h"

namespace serverless::http::testing {
namespace {

using serverless::testing::a_delete;
using serverless::testing::a_get;
using serverless::testing::a_post;
using serverless::testing::IsProblem;
using serverless::testing::RequestBuilder;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using Kind = Problem::Kind;

/// Returns the request with its path parameters, or the problem.
Result<Request> matched(const Route& route, Request request) {
  return match(route, request).map([&] { return request; });
}

constexpr Route list_users{"GET", "/users"};
constexpr Route get_user{"GET", "/users/{userId}"};

TEST(Route, MatchesAPathFromItsEnd) {
  for (const char* path : {"/users", "/users/", "/prod/users", "/prod/users/", "/accounts/v1/users",
                           "//users", "/users/users"}) {
    const auto request = matched(list_users, a_get().path(path));
    ASSERT_TRUE(request) << path;
    EXPECT_EQ(request->path, path);
    EXPECT_THAT(request->path_parameters, IsEmpty());
  }
}

TEST(Route, ReadsTheParametersOfAPath) {
  constexpr std::pair<const char*, const char*> cases[] = {
      {"/users/42", "42"},
      {"/users/42/", "42"},
      {"/prod/users/42", "42"},
      {"/a/b/users/42", "42"},
      {"/users/a%20b", "a b"},
      {"/users/%61%2F%C3%A9", "a/é"},
      {"/users/50%", "50%"},
      {"/users/a+b", "a+b"},
      {"/users/名", "名"},
      {"/users/users", "users"},
      {"/users/{userId}", "{userId}"},
  };
  for (const auto& [path, id] : cases) {
    const auto request = matched(get_user, a_get().path(path));
    ASSERT_TRUE(request) << path;
    EXPECT_THAT(request->path_parameters, ElementsAre(Pair("userId", id))) << path;
  }
}

TEST(Route, DoesNotMatchAnotherPath) {
  for (const char* path : {"", "/", "users", "/user", "/Users", "/users/42", "/users//", "/xusers",
                           "/users.json", "/users%2F"}) {
    EXPECT_THAT(matched(list_users, a_get().path(path)), IsProblem(Kind::not_found)) << path;
  }
  for (const char* path : {"", "/", "/users", "/users/", "users/42", "/users//", "/users/42//", "/user/42",
                           "/users/42/orders", "/42", "42"}) {
    EXPECT_THAT(matched(get_user, a_get().path(path)), IsProblem(Kind::not_found)) << path;
  }
}

TEST(Route, DoesNotMatchAnotherMethod) {
  for (const char* method : {"POST", "PUT", "DELETE", "HEAD", "OPTIONS", "get", ""}) {
    const auto result = matched(get_user, RequestBuilder(method).path("/users/42"));
    ASSERT_THAT(result, IsProblem(Kind::method_not_allowed)) << method;
    EXPECT_THAT(result.error().headers, ElementsAre(Pair("Allow", "GET")));
  }
}

TEST(Route, ReportsAnUnknownPathBeforeTheMethod) {
  EXPECT_THAT(matched(get_user, a_post().path("/orders/42")), IsProblem(Kind::not_found));
}

TEST(Route, UsesTheParametersOfTheGateway) {
  // `sam local` has the route's template in place of the path.
  Request request = a_get().user("from the gateway").path("/users/{userId}").resource("/users/{userId}");
  EXPECT_THAT(matched(get_user, request).value().path_parameters,
              ElementsAre(Pair("userId", "from the gateway")));
  request.method = "DELETE";
  EXPECT_THAT(matched(get_user, request), IsProblem(Kind::method_not_allowed));
}

TEST(Route, ReadsThePathWhenTheGatewayGivesNoParameters) {
  const auto request = matched(get_user, a_get().path("/prod/users/42").resource("/users/{userId}"));
  EXPECT_THAT(request.value().path_parameters, ElementsAre(Pair("userId", "42")));
}

TEST(Route, ReadsThePathWhenTheGatewayMatchedAnotherRoute) {
  const Request request = a_get().user("42").path("/users/42").resource("/{proxy+}");
  EXPECT_THAT(matched(get_user, request).value().path_parameters, ElementsAre(Pair("userId", "42")));
  EXPECT_THAT(matched(list_users, a_delete().user("42").resource("/users/{userId}")),
              IsProblem(Kind::not_found));
}

}  // namespace
}  // namespace serverless::http::testing
