#include "create_user/create_user.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/support/fakes.h"
#include "tests/support/matchers.h"
#include "tests/support/requests.h"

namespace users::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = Problem::Kind;

constexpr const char* ada_body = R"({"name":"Ada Lovelace","email":"ada@example.com","age":36})";

TEST(CreateUser, GivesTheNewUserWithItsETagAndLocation) {
  FakeServices services;
  const auto response = create_user(a_post().path("/prod/users").body(ada_body), services);
  ASSERT_THAT(response, HasStatus(201));
  EXPECT_EQ(response->headers.get("ETag"), R"("1")");
  EXPECT_EQ(response->headers.get("Location"), "/prod/users/00000000-0000-4000-8000-000000000001");
  EXPECT_EQ(response->headers.get("Content-Type"), "application/json");
  EXPECT_EQ(
      response->body,
      R"({"userId":"00000000-0000-4000-8000-000000000001","name":"Ada Lovelace","email":"ada@example.com",)"
      R"("age":36,"createdAt":"2026-01-02T03:04:05.678Z","updatedAt":"2026-01-02T03:04:05.678Z","version":1})");
}

TEST(CreateUser, KeepsTheUser) {
  FakeServices services;
  ASSERT_THAT(create_user(a_post().body(ada_body), services), HasStatus(201));
  User expected = ada();
  expected.id = *UserId::parse("00000000-0000-4000-8000-000000000001");
  EXPECT_EQ(services.users.get(expected.id), expected);
}

TEST(CreateUser, MakesAnotherUserEachTime) {
  FakeServices services;
  for (const char* email : {"a@example.com", "b@example.com", "c@example.com"}) {
    const auto body = fmt::format(R"({{"name":"Ada Lovelace","email":"{}"}})", email);
    ASSERT_THAT(create_user(a_post().body(body), services), HasStatus(201));
  }
  EXPECT_EQ(services.users.list(100, std::nullopt)->users.size(), 3U);
}

TEST(CreateUser, RefusesTheAddressOfAnotherUser) {
  FakeServices services;
  services.with(ada());
  const auto response = create_user(a_post().body(R"({"name":"Eve","email":"ADA@Example.com"})"), services);
  EXPECT_THAT(response, IsProblem(Kind::conflict));
  EXPECT_THAT(response.error().errors,
              ElementsAre(FieldError{"email", "taken", "must not be the address of another user"}));
}

TEST(CreateUser, TakesAUserWithoutAnAge) {
  FakeServices services;
  const auto response = create_user(a_post().body(R"({"name":"Ada","email":"ada@example.com"})"), services);
  ASSERT_THAT(response, HasStatus(201));
  EXPECT_EQ(response->body.find("age"), std::string::npos);
}

TEST(CreateUser, KeepsTextWhole) {
  FakeServices services;
  const auto response = create_user(
      a_post().body(R"({"name":" José 名前 👩‍🚀 ","email":"Jose@Example.com"})"), services);
  ASSERT_THAT(response, HasStatus(201));
  EXPECT_THAT(response->body,
              ::testing::HasSubstr(R"("name":"José 名前 👩‍🚀","email":"Jose@Example.com")"));
}

TEST(CreateUser, RefusesWhatIsNotAcceptableAndKeepsNothing) {
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
