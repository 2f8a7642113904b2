#include "create_user/create_user.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/support/requests.h"
#include "tests/support/users/fakes.h"
#include "tests/support/users/matchers.h"

namespace users::testing {
namespace {

using serverless::FieldError;

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = Problem::Kind;

constexpr const char* ada_body = R"({"name":"Ada Lovelace","email":"ada@example.com"})";

TEST(CreateUser, ReturnsTheNewUserWithItsETagAndLocation) {
  FakeServices services;
  const auto response = create_user(a_post().path("/prod/users").body(ada_body), services);
  ASSERT_THAT(response, HasStatus(201));
  EXPECT_EQ(response->headers.get("ETag"), R"("1")");
  EXPECT_EQ(response->headers.get("Location"), "/prod/users/00000000-0000-4000-8000-000000000001");
  EXPECT_EQ(response->headers.get("Content-Type"), "application/json");
  EXPECT_EQ(
      response->body,
      R"({"userId":"00000000-0000-4000-8000-000000000001","name":"Ada Lovelace","email":"ada@example.com",)"
      R"("createdAt":"2026-01-02T03:04:05.678Z","updatedAt":"2026-01-02T03:04:05.678Z","version":1})");
}

TEST(CreateUser, StoresTheUser) {
  FakeServices services;
  ASSERT_THAT(create_user(a_post().body(ada_body), services), HasStatus(201));
  User expected = ada();
  expected.id = *UserId::parse("00000000-0000-4000-8000-000000000001");
  EXPECT_EQ(services.users.get(expected.id), expected);
}

TEST(CreateUser, CreatesAnotherUserEachTime) {
  FakeServices services;
  for (const char* email : {"a@example.com", "b@example.com", "c@example.com"}) {
    const auto body = fmt::format(R"({{"name":"Ada Lovelace","email":"{}"}})", email);
    ASSERT_THAT(create_user(a_post().body(body), services), HasStatus(201));
  }
  EXPECT_EQ(services.users.list(100, std::nullopt)->users.size(), 3U);
}

TEST(CreateUser, RejectsTheEmailOfAnotherUser) {
  FakeServices services;
  services.with(ada());
  const auto response = create_user(a_post().body(R"({"name":"Eve","email":"ADA@Example.com"})"), services);
  EXPECT_THAT(response, IsProblem(Kind::conflict));
  EXPECT_THAT(response.error().errors,
              ElementsAre(FieldError{"email", "taken", "must not be the address of another user"}));
}

TEST(CreateUser, KeepsUnicodeText) {
  FakeServices services;
  const auto response = create_user(
      a_post().body(R"({"name":" José 名前 👩‍🚀 ","email":"Jose@Example.com"})"), services);
  ASSERT_THAT(response, HasStatus(201));
  EXPECT_THAT(response->body,
              ::testing::HasSubstr(R"("name":"José 名前 👩‍🚀","email":"Jose@Example.com")"));
}

TEST(CreateUser, CreatesOneUserPerIdempotencyKey) {
  FakeServices services;
  const auto request = a_post().header("Idempotency-Key", "key").body(ada_body);
  const auto first = create_user(request, services);
  ASSERT_THAT(first, HasStatus(201));
  EXPECT_EQ(first->headers.get("Idempotency-Replayed"), std::nullopt);

  const auto again = create_user(request, services);
  ASSERT_THAT(again, HasStatus(201));
  EXPECT_EQ(again->body, first->body);
  EXPECT_EQ(again->headers.get("Idempotency-Replayed"), "true");
  EXPECT_EQ(again->headers.get("ETag"), R"("1")");
  EXPECT_EQ(again->headers.get("Location"), first->headers.get("Location"));
  EXPECT_EQ(services.users.list(100, std::nullopt)->users.size(), 1U);
}

TEST(CreateUser, ReturnsTheCurrentUserOnAReplay) {
  FakeServices services;
  const auto request = a_post().header("Idempotency-Key", "key").body(ada_body);
  ASSERT_THAT(create_user(request, services), HasStatus(201));
  const auto id = services.users.list(1, std::nullopt)->users[0].id;
  ASSERT_TRUE(
      services.users.update(id, UserPatch().set(&UserValues::name, "Ada King"), {}, services.clock.now()));
  const auto again = create_user(request, services);
  ASSERT_THAT(again, HasStatus(201));
  EXPECT_EQ(again->headers.get("ETag"), R"("2")");
  EXPECT_THAT(again->body, ::testing::HasSubstr(R"("name":"Ada King")"));
}

TEST(CreateUser, SeparatesTheIdempotencyKeysOfCallers) {
  FakeServices services;
  const auto request = a_post().header("Idempotency-Key", "key");
  ASSERT_THAT(create_user(RequestBuilder(request).caller("a").body(ada_body), services), HasStatus(201));
  EXPECT_THAT(create_user(RequestBuilder(request).caller("b").body(ada_body), services),
              IsProblem(Kind::conflict));
  EXPECT_THAT(
      create_user(RequestBuilder(request).caller("a").body(R"({"name":"Bob","email":"b@example.com"})"),
                  services),
      IsProblem(Kind::unprocessable));
}

TEST(CreateUser, ChecksTheIdempotencyKeyBeforeTheBody) {
  FakeServices services;
  EXPECT_THAT(create_user(a_post().header("Idempotency-Key", "two words").body("{"), services),
              IsInvalid("Idempotency-Key", "invalid_format"));
}

TEST(CreateUser, DoesNotUseUpTheIdempotencyKeyOfARejectedRequest) {
  FakeServices services;
  const auto request = a_post().header("Idempotency-Key", "key");
  EXPECT_THAT(create_user(RequestBuilder(request).body("{}"), services), IsProblem(Kind::invalid_request));
  EXPECT_THAT(create_user(RequestBuilder(request).body(ada_body), services), HasStatus(201));
}

TEST(CreateUser, RejectsInvalidRequestsAndStoresNothing) {
  FakeServices services;
  EXPECT_THAT(create_user(a_post(), services), IsInvalid("", "malformed_json"));
  EXPECT_THAT(create_user(a_post().body("{"), services), IsInvalid("", "malformed_json"));
  EXPECT_THAT(create_user(a_post().body(R"({"name":"Ada"})"), services), IsInvalid("email", "required"));
  EXPECT_THAT(create_user(a_post().header("Content-Type", "text/plain").body(ada_body), services),
              IsProblem(Kind::unsupported_media_type));
  EXPECT_THAT(create_user(a_post().body(std::string(16'385, ' ')), services),
              IsProblem(Kind::payload_too_large));
  EXPECT_THAT(services.users.list(100, std::nullopt)->users, IsEmpty());
}

}  // namespace
}  // namespace users::testing
