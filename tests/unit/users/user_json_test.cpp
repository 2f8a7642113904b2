#include "users/user_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/users/fakes.h"

namespace users::testing {
namespace {

constexpr const char* ada_json =
    R"({"userId":"ada00000-0000-4000-8000-000000000001","name":"Ada Lovelace","email":"ada@example.com",)"
    R"("createdAt":"2026-01-02T03:04:05.678Z","updatedAt":"2026-01-02T03:04:05.678Z","version":1})";

TEST(UserJson, HasTheFieldsWithAValue) {
  EXPECT_EQ(to_json(ada()), ada_json);
}

TEST(UserJson, HasAnAge) {
  User user = ada();
  user.values.age = 36;
  EXPECT_THAT(to_json(user), ::testing::HasSubstr(R"("age":36)"));
}

TEST(UserJson, DistinguishesCreationFromTheLastChange) {
  User user = ada();
  user.updated_at += milliseconds(1000);
  user.version = 2;
  EXPECT_EQ(
      to_json(user),
      R"({"userId":"ada00000-0000-4000-8000-000000000001","name":"Ada Lovelace","email":"ada@example.com",)"
      R"("createdAt":"2026-01-02T03:04:05.678Z","updatedAt":"2026-01-02T03:04:06.678Z","version":2})");
}

TEST(UserJson, EscapesText) {
  User user = ada();
  user.values.name = "José \"名前\" 👩‍🚀";
  EXPECT_EQ(to_json(user),
            R"({"userId":"ada00000-0000-4000-8000-000000000001","name":"José \"名前\" 👩‍🚀",)"
            R"("email":"ada@example.com","createdAt":"2026-01-02T03:04:05.678Z",)"
            R"("updatedAt":"2026-01-02T03:04:05.678Z","version":1})");
}

TEST(PageJson, HasUsersAndTheirCount) {
  EXPECT_EQ(to_json(std::vector<User>(), {}), R"({"users":[],"count":0})");
  EXPECT_EQ(to_json({ada(), ada()}, {}),
            std::string(R"({"users":[)") + ada_json + "," + ada_json + R"(],"count":2})");
}

TEST(PageJson, HasTheTokenOfTheNextPageEvenWhenEmpty) {
  EXPECT_EQ(to_json({}, "token"), R"({"users":[],"count":0,"nextToken":"token"})");
}

}  // namespace
}  // namespace users::testing
