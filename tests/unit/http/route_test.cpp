#include "http/route.h"

#include <gmock/gmock.h>

#include "tests/support/matchers.h"
#include "tests/support/requests.h"

namespace users::http::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using users::testing::a_delete;
using users::testing::a_get;
using users::testing::a_post;
using users::testing::IsProblem;
using users::testing::RequestBuilder;
using Kind = Problem::Kind;

constexpr Route list_users{"GET", "/users"};
constexpr Route get_user{"GET", "/users/{userId}"};

TEST(Route, MatchesAPathFromItsEnd) {
  for (const char* path : {"/users", "/users/", "/prod/users", "/prod/users/", "/accounts/v1/users",
                           "//users", "/users/users"}) {
    const auto request = match(list_users, a_get().path(path));
    ASSERT_TRUE(request) << path;
    EXPECT_EQ(request->path, path);
    EXPECT_THAT(request->path_parameters, IsEmpty());
  }
}

TEST(Route, TakesDownTheParametersOfAPath) {
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
    const auto request = match(get_user, a_get().path(path));
    ASSERT_TRUE(request) << path;
    EXPECT_THAT(request->path_parameters, ElementsAre(Pair("userId", id))) << path;
  }
}

TEST(Route, DoesNotMatchAnotherPath) {
  for (const char* path : {"", "/", "users", "/user", "/Users", "/users/42", "/users//", "/xusers",
                           "/users.json", "/users%2F"}) {
    EXPECT_THAT(match(list_users, a_get().path(path)), IsProblem(Kind::route_not_found)) << path;
  }
  for (const char* path : {"", "/", "/users", "/users/", "users/42", "/users//", "/users/42//", "/user/42",
                           "/users/42/orders", "/42", "42"}) {
    EXPECT_THAT(match(get_user, a_get().path(path)), IsProblem(Kind::route_not_found)) << path;
  }
}

TEST(Route, DoesNotMatchAnotherMethod) {
  for (const char* method : {"POST", "PUT", "DELETE", "HEAD", "OPTIONS", "get", ""}) {
    const auto result = match(get_user, RequestBuilder(method).path("/users/42"));
    ASSERT_THAT(result, IsProblem(Kind::method_not_allowed)) << method;
    EXPECT_EQ(result.error().allow, "GET");
  }
}

TEST(Route, DoesNotFindAnotherPathWhateverTheMethod) {
  EXPECT_THAT(match(get_user, a_post().path("/orders/42")), IsProblem(Kind::route_not_found));
}

TEST(Route, TrustsTheGatewayThatMatchedIt) {
  // SAM's local API puts the route's own template where the path should be.
  Request request = a_get().user("from the gateway").path("/users/{userId}").resource("/users/{userId}");
  EXPECT_THAT(match(get_user, request).value().path_parameters,
              ElementsAre(Pair("userId", "from the gateway")));
  request.method = "DELETE";
  EXPECT_THAT(match(get_user, request), IsProblem(Kind::method_not_allowed));
}

TEST(Route, ReadsThePathWhereTheGatewayLeftTheParametersOut) {
  const auto request = match(get_user, a_get().path("/prod/users/42").resource("/users/{userId}"));
  EXPECT_THAT(request.value().path_parameters, ElementsAre(Pair("userId", "42")));
}

TEST(Route, ReadsThePathWhereTheGatewayMatchedSomethingElse) {
  const Request request = a_get().user("42").path("/users/42").resource("/{proxy+}");
  EXPECT_THAT(match(get_user, request).value().path_parameters, ElementsAre(Pair("userId", "42")));
  EXPECT_THAT(match(list_users, a_delete().user("42").resource("/users/{userId}")),
              IsProblem(Kind::route_not_found));
}

}  // namespace
}  // namespace users::http::testing
