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

constexpr Route list_orders{"GET", "/orders"};
constexpr Route get_order{"GET", "/orders/{orderId}"};

TEST(Route, MatchesAPathFromItsEnd) {
  for (const char* path : {"/orders", "/orders/", "/prod/orders", "/prod/orders/", "/accounts/v1/orders",
                           "//orders", "/orders/orders", "/%6Frders", "/prod/%6f%72ders/"}) {
    const auto request = matched(list_orders, a_get().path(path));
    ASSERT_TRUE(request) << path;
    EXPECT_EQ(request->path, path);
    EXPECT_THAT(request->path_parameters, IsEmpty());
  }
}

TEST(Route, ReadsTheParametersOfAPath) {
  constexpr std::pair<const char*, const char*> cases[] = {
      {"/orders/42", "42"},
      {"/orders/42/", "42"},
      {"/prod/orders/42", "42"},
      {"/a/b/orders/42", "42"},
      {"/orders/a%20b", "a b"},
      {"/orders/%61%2F%C3%A9", "a/é"},
      {"/orders/50%", "50%"},
      {"/orders/a+b", "a+b"},
      {"/orders/名", "名"},
      {"/orders/orders", "orders"},
      {"/orders/{orderId}", "{orderId}"},
      {"/%6Frders/42", "42"},
  };
  for (const auto& [path, id] : cases) {
    const auto request = matched(get_order, a_get().path(path));
    ASSERT_TRUE(request) << path;
    EXPECT_THAT(request->path_parameters, ElementsAre(Pair("orderId", id))) << path;
  }
}

TEST(Route, DoesNotMatchAnotherPath) {
  for (const char* path : {"", "/", "orders", "/order", "/Orders", "/orders/42", "/orders//", "/xorders",
                           "/orders.json", "/orders%2F", "/prod%2Forders", "/%256Frders", "/%6Grders"}) {
    EXPECT_THAT(matched(list_orders, a_get().path(path)), IsProblem(Kind::not_found)) << path;
  }
  for (const char* path : {"", "/", "/orders", "/orders/", "orders/42", "/orders//", "/orders/42//",
                           "/order/42", "/orders/42/items", "/42", "42"}) {
    EXPECT_THAT(matched(get_order, a_get().path(path)), IsProblem(Kind::not_found)) << path;
  }
}

TEST(Route, DoesNotMatchAnotherMethod) {
  for (const char* method : {"POST", "PUT", "DELETE", "HEAD", "OPTIONS", "get", ""}) {
    const auto result = matched(get_order, RequestBuilder(method).path("/orders/42"));
    ASSERT_THAT(result, IsProblem(Kind::method_not_allowed)) << method;
    EXPECT_THAT(result.error().headers, ElementsAre(Pair("Allow", "GET")));
  }
}

TEST(Route, ReportsAnUnknownPathBeforeTheMethod) {
  EXPECT_THAT(matched(get_order, a_post().path("/invoices/42")), IsProblem(Kind::not_found));
}

TEST(Route, UsesTheParametersOfTheGateway) {
  // `sam local` sends the template of the route instead of the path.
  Request request = a_get()
                        .path_parameter("orderId", "from the gateway")
                        .path("/orders/{orderId}")
                        .resource("/orders/{orderId}");
  EXPECT_THAT(matched(get_order, request).value().path_parameters,
              ElementsAre(Pair("orderId", "from the gateway")));
  request.method = "DELETE";
  EXPECT_THAT(matched(get_order, request), IsProblem(Kind::method_not_allowed));
}

TEST(Route, ReadsThePathWhenTheGatewaySendsNoParameters) {
  const auto request = matched(get_order, a_get().path("/prod/orders/42").resource("/orders/{orderId}"));
  EXPECT_THAT(request.value().path_parameters, ElementsAre(Pair("orderId", "42")));
}

TEST(Route, AcceptsEverySpellingOfAPathThatTheGatewayMatched) {
  for (const char* path :
       {"/%6Frders", "/prod/%6f%72%64%65%72%73", "/%6Frders/", "/pr%6Fd/orders", "//orders//"})
    EXPECT_TRUE(matched(list_orders, a_get().path(path).resource("/orders"))) << path;
  EXPECT_THAT(matched(list_orders, a_post().path("/%6Frders").resource("/orders")),
              IsProblem(Kind::method_not_allowed));
}

TEST(Route, ReadsThePathWhenTheGatewayMatchedAnotherRoute) {
  const Request request = a_get().path_parameter("orderId", "42").path("/orders/42").resource("/{proxy+}");
  EXPECT_THAT(matched(get_order, request).value().path_parameters, ElementsAre(Pair("orderId", "42")));
  EXPECT_THAT(
      matched(list_orders,
              a_delete().path("/orders/42").path_parameter("orderId", "42").resource("/orders/{orderId}")),
      IsProblem(Kind::not_found));
}

}  // namespace
}  // namespace serverless::http::testing
