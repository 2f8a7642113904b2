#include "get_user/get_user.h"

#include <gtest/gtest.h>

#include "tests/support/users/fakes.h"
#include "tests/support/users/matchers.h"
#include "tests/support/users/requests.h"

namespace users::testing {
namespace {

TEST(GetUser, ReturnsTheUserWithItsETag) {
  FakeServices services;
  services.with(ada());
  const auto response = get_user(for_user(a_get(), ada().id.text()), services);
  ASSERT_THAT(response, HasStatus(200));
  EXPECT_EQ(response->headers.get("ETag"), R"("1")");
  EXPECT_EQ(response->headers.get("Content-Type"), "application/json");
  EXPECT_EQ(
      response->body,
      R"({"userId":"ada00000-0000-4000-8000-000000000001","name":"Ada Lovelace","email":"ada@example.com",)"
      R"("createdAt":"2026-01-02T03:04:05.678Z","updatedAt":"2026-01-02T03:04:05.678Z","version":1})");
}

TEST(GetUser, AcceptsAnIdInUpperCase) {
  FakeServices services;
  services.with(ada());
  EXPECT_THAT(get_user(for_user(a_get(), "ADA00000-0000-4000-8000-000000000001"), services), HasStatus(200));
}

TEST(GetUser, RejectsAnIdThatIsNotAUuid) {
  FakeServices services;
  EXPECT_THAT(get_user(for_user(a_get(), "42"), services), IsInvalid("userId", "invalid_format"));
}

TEST(GetUser, ReportsAUserThatDoesNotExist) {
  FakeServices services;
  EXPECT_THAT(get_user(for_user(a_get(), ada().id.text()), services), IsProblem(Problem::Kind::not_found));
}

TEST(GetUser, ReturnsNotModifiedForTheCurrentVersion) {
  FakeServices services;
  services.with(ada());
  for (const char* tags : {R"("1")", R"(W/"1")", R"("7", "1")", "*"}) {
    const auto response =
        get_user(for_user(a_get(), ada().id.text()).header("If-None-Match", tags), services);
    ASSERT_THAT(response, HasStatus(304)) << tags;
    EXPECT_EQ(response->headers.get("ETag"), R"("1")");
    EXPECT_EQ(response->headers.get("Content-Type"), std::nullopt);
    EXPECT_EQ(response->body, "");
  }
}

TEST(GetUser, ReturnsTheUserForAnotherVersion) {
  FakeServices services;
  services.with(ada());
  for (const char* tags : {R"("2")", R"("01")", R"("one")"})
    EXPECT_THAT(get_user(for_user(a_get(), ada().id.text()).header("If-None-Match", tags), services),
                HasStatus(200));
}

TEST(GetUser, ChecksTheIdBeforeTheHeader) {
  FakeServices services;
  EXPECT_THAT(get_user(for_user(a_get(), "42").header("If-None-Match", "1"), services),
              IsInvalid("userId", "invalid_format"));
}

TEST(GetUser, ChecksTheHeaderBeforeTheUser) {
  FakeServices services;
  EXPECT_THAT(get_user(for_user(a_get(), ada().id.text()).header("If-None-Match", "1"), services),
              IsInvalid("If-None-Match", "invalid_format"));
}

TEST(GetUser, IgnoresABody) {
  FakeServices services;
  services.with(ada());
  EXPECT_THAT(get_user(for_user(a_get(), ada().id.text()).body(std::string(20'000, '{')), services),
              HasStatus(200));
}

}  // namespace
}  // namespace users::testing
