#include "update_user/update_user.h"

#include <gtest/gtest.h>

#include "tests/support/users/fakes.h"
#include "tests/support/users/matchers.h"
#include "tests/support/users/requests.h"

namespace users::testing {
namespace {

using Kind = Problem::Kind;

constexpr const char* new_name = R"({"name":"Ada King"})";

RequestBuilder put_ada() {
  return for_user(a_put(), ada().id.text());
}

TEST(UpdateUser, ReturnsTheUpdatedUser) {
  FakeServices services;
  services.with(ada()).clock.advance(milliseconds(1000));
  const auto response = update_user(put_ada().body(new_name), services);
  ASSERT_THAT(response, HasStatus(200));
  EXPECT_EQ(response->headers.get("ETag"), R"("2")");
  EXPECT_EQ(response->headers.get("Content-Type"), "application/json");
  EXPECT_EQ(response->body,
            R"({"userId":"ada00000-0000-4000-8000-000000000001","name":"Ada King","email":"ada@example.com",)"
            R"("createdAt":"2026-01-02T03:04:05.678Z","updatedAt":"2026-01-02T03:04:06.678Z","version":2})");
}

TEST(UpdateUser, ChangesTheFieldsOfTheBody) {
  FakeServices services;
  services.with(ada());
  ASSERT_THAT(update_user(put_ada().body(R"({"name":" Ada King ","email":"king@example.com"})"), services),
              HasStatus(200));
  User expected = ada();
  expected.values.name = "Ada King";
  expected.values.email = "king@example.com";
  expected.version = 2;
  EXPECT_EQ(services.users.get(ada().id), expected);
}

TEST(UpdateUser, CountsEqualValuesAsAChange) {
  FakeServices services;
  services.with(ada());
  const auto response = update_user(put_ada().body(R"({"name":"Ada Lovelace"})"), services);
  ASSERT_THAT(response, HasStatus(200));
  EXPECT_EQ(response->headers.get("ETag"), R"("2")");
}

TEST(UpdateUser, UpdatesAVersionThatIfMatchAllows) {
  for (const char* tags : {R"("1")", R"("7", "1")", R"(W/"7", "1")", "*"}) {
    FakeServices services;
    services.with(ada());
    EXPECT_THAT(update_user(put_ada().header("If-Match", tags).body(new_name), services), HasStatus(200))
        << tags;
  }
}

TEST(UpdateUser, DoesNotUpdateAnotherVersion) {
  FakeServices services;
  services.with(ada());
  for (const char* tags : {R"("2")", R"(W/"1")", R"("01")", R"("one")", R"("")"}) {
    EXPECT_THAT(update_user(put_ada().header("If-Match", tags).body(new_name), services),
                IsProblem(Kind::precondition_failed))
        << tags;
  }
  EXPECT_EQ(services.users.get(ada().id), ada());
}

TEST(UpdateUser, NeverCreatesAUser) {
  FakeServices services;
  for (const char* tags : {R"("1")", R"("one")", "*"})
    EXPECT_THAT(update_user(put_ada().header("If-Match", tags).body(new_name), services),
                IsProblem(Kind::not_found));
  EXPECT_THAT(update_user(put_ada().body(new_name), services), IsProblem(Kind::not_found));
  EXPECT_TRUE(services.users.list(1, std::nullopt)->users.empty());
}

TEST(UpdateUser, IgnoresIfNoneMatch) {
  FakeServices services;
  services.with(ada());
  for (const char* tags : {"*", R"("1")", "malformed"})
    EXPECT_THAT(update_user(put_ada().header("If-None-Match", tags).body(new_name), services),
                HasStatus(200));
}

TEST(UpdateUser, ChecksIdHeaderBodyAndUserInThisOrder) {
  FakeServices services;
  auto request = for_user(a_put(), "42").header("If-Match", "1").header("Content-Type", "text/plain");
  EXPECT_THAT(update_user(request.body("{}"), services), IsInvalid("userId", "invalid_format"));
  request.path_parameter("userId", ada().id.text());
  EXPECT_THAT(update_user(request.body(std::string(16'385, '{')), services),
              IsInvalid("If-Match", "invalid_format"));

  auto without_header = put_ada().header("Content-Type", "text/plain");
  EXPECT_THAT(update_user(without_header.body(std::string(16'385, '{')), services),
              IsProblem(Kind::payload_too_large));
  EXPECT_THAT(update_user(without_header.body(""), services), IsInvalid("", "malformed_json"));
  EXPECT_THAT(update_user(without_header.body("{"), services), IsProblem(Kind::unsupported_media_type));

  EXPECT_THAT(update_user(put_ada().body("{"), services), IsInvalid("", "malformed_json"));
  EXPECT_THAT(update_user(put_ada().body("{}"), services), IsInvalid("", "required"));
  EXPECT_THAT(update_user(put_ada().body(R"({"name":null})"), services), IsInvalid("name", "wrong_type"));
  EXPECT_THAT(update_user(put_ada().body(new_name), services), IsProblem(Kind::not_found));
}

}  // namespace
}  // namespace users::testing
