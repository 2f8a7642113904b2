#include "list_users/list_users.h"

#include <gmock/gmock.h>

#include <set>

#include "core/json/json.h"
#include "tests/support/requests.h"
#include "tests/support/users/fakes.h"
#include "tests/support/users/matchers.h"
#include "users/page_position.h"

namespace users::testing {
namespace {

/// Creates `count` users with different ids.
void create(FakeServices& services, int count) {
  for (int i = 0; i < count; ++i) services.with(another_user(services.ids));
}

json::Document page_of(const Result<http::Response>& response) {
  return json::Document::parse(response.value().body).value();
}

TEST(ListUsers, ReturnsAnEmptyPageWithoutUsers) {
  FakeServices services;
  const auto response = list_users(a_get(), services);
  ASSERT_THAT(response, HasStatus(200));
  EXPECT_EQ(response->body, R"({"users":[],"count":0})");
  EXPECT_EQ(response->headers.get("Content-Type"), "application/json");
  EXPECT_EQ(response->headers.get("ETag"), std::nullopt);
}

TEST(ListUsers, ReturnsTheFieldsWithAValue) {
  FakeServices services;
  services.with(ada());
  EXPECT_EQ(list_users(a_get(), services).value().body,
            R"({"users":[{"userId":"ada00000-0000-4000-8000-000000000001","name":"Ada Lovelace",)"
            R"("email":"ada@example.com","createdAt":"2026-01-02T03:04:05.678Z",)"
            R"("updatedAt":"2026-01-02T03:04:05.678Z","version":1}],"count":1})");
}

TEST(ListUsers, ReturnsPagesOf25UsersByDefault) {
  FakeServices services;
  create(services, 101);
  EXPECT_EQ(page_of(list_users(a_get(), services)).root()["count"].integer(), 25);
  EXPECT_EQ(page_of(list_users(a_get().query("pageSize", "1"), services)).root()["count"].integer(), 1);
  EXPECT_EQ(page_of(list_users(a_get().query("limit", "100"), services)).root()["count"].integer(), 100);
}

TEST(ListUsers, ReturnsEveryUserOnceEvenWhenThePageSizeChanges) {
  FakeServices services;
  create(services, 23);
  std::set<std::string> seen;
  std::string token;
  int page_size = 1;
  do {
    auto request = a_get().query("pageSize", std::to_string(page_size++));
    if (!token.empty()) request.query("nextToken", token);
    const auto page = page_of(list_users(request, services));
    for (const json::Value& user : page.root()["users"].elements())
      EXPECT_TRUE(seen.insert(std::string(user["userId"].string().value())).second);
    token = page.root()["nextToken"].string().value_or("");
  } while (!token.empty());
  EXPECT_EQ(seen.size(), 23U);
}

TEST(ListUsers, RejectsInvalidParameters) {
  FakeServices services;
  EXPECT_THAT(list_users(a_get().query("pageSize", "0"), services), IsInvalid("pageSize", "out_of_range"));
  EXPECT_THAT(list_users(a_get().query("limit", "x"), services), IsInvalid("limit", "invalid_format"));
  EXPECT_THAT(list_users(a_get().query("nextToken", ""), services), IsInvalid("nextToken", "invalid_format"));
}

TEST(ListUsers, ContinuesAfterADeletedUser) {
  FakeServices services;
  create(services, 2);
  const auto request =
      a_get().query("nextToken", to_page_token(*UserId::parse("00000000-0000-4000-8000-000000000001")));
  ASSERT_TRUE(services.users.remove(*UserId::parse("00000000-0000-4000-8000-000000000001"), {}));
  EXPECT_EQ(page_of(list_users(request, services)).root()["count"].integer(), 1);
}

TEST(ListUsers, FindsAUserByEmail) {
  FakeServices services;
  create(services, 3);
  services.with(ada());
  const auto page = page_of(list_users(a_get().query("email", "ADA@example.com"), services));
  EXPECT_EQ(page.root()["count"].integer(), 1);
  EXPECT_EQ(page.root()["users"].elements().at(0)["userId"].string(), ada().id.text());
  EXPECT_EQ(list_users(a_get().query("email", "nobody@example.com"), services).value().body,
            R"({"users":[],"count":0})");
}

TEST(ListUsers, ListsUsersByNamePrefix) {
  FakeServices services;
  for (const char* name : {"Ádám", "ada", "Ada Lovelace", "Bob", "ADA"}) {
    User user = another_user(services.ids);
    user.values.name = name;
    services.with(user);
  }
  std::vector<std::string> names;
  std::string token;
  do {
    auto request = a_get().query("namePrefix", "ada").query("pageSize", "1");
    if (!token.empty()) request.query("nextToken", token);
    const auto page = page_of(list_users(request, services));
    for (const json::Value& user : page.root()["users"].elements())
      names.emplace_back(user["name"].string().value());
    token = page.root()["nextToken"].string().value_or("");
  } while (!token.empty());
  EXPECT_THAT(names, ::testing::ElementsAre("ada", "ADA", "Ada Lovelace", "Ádám"));
}

TEST(ListUsers, IgnoresABody) {
  FakeServices services;
  EXPECT_THAT(list_users(a_get().header("Content-Type", "text/plain").body("{"), services), HasStatus(200));
}

}  // namespace
}  // namespace users::testing
