#include "users/user_item.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/json/writer.h"
#include "tests/support/users/fakes.h"

namespace users::testing {
namespace {

std::optional<User> read(std::string_view item) {
  return to_user(dynamodb::Item(json::Document::parse(item).value().root()));
}

std::string written(const User& user) {
  json::Writer json;
  json.begin_object();
  for (const auto& [name, value] : to_item(user)) dynamodb::write_attribute(json, name, value);
  json.end_object();
  return std::move(json).text();
}

constexpr const char* ada_item =
    R"({"userId":{"S":"ada00000-0000-4000-8000-000000000001"},"name":{"S":"Ada Lovelace"},"email":{"S":"Ada@example.com"},)"
    R"("nameInitial":{"S":"a"},)"
    R"("nameKey":{"S":"ada lovelace\u001Fada00000-0000-4000-8000-000000000001"},)"
    R"("foldedEmail":{"S":"ada@example.com"},"createdAt":{"S":"2026-01-02T03:04:05.678Z"},)"
    R"("updatedAt":{"S":"2026-01-02T03:04:05.678Z"},"version":{"N":"1"}})";

User ada_in_capitals() {
  User user = ada();
  user.values.email = "Ada@example.com";
  return user;
}

TEST(UserItem, HasTheFieldsWithAValue) {
  EXPECT_EQ(written(ada_in_capitals()), ada_item);
  EXPECT_EQ(read(ada_item), ada_in_capitals());
}

TEST(UserItem, HasAnAge) {
  User user = ada();
  user.values.age = 36;
  EXPECT_THAT(written(user), ::testing::HasSubstr(R"("age":{"N":"36"})"));
  EXPECT_EQ(read(written(user)), user);
}

TEST(UserItem, KeepsTextAndLargeVersions) {
  User user = ada();
  user.values.name = "José \"名前\" \\ 👩‍🚀";
  user.version = 9007199254740993;  // a double cannot represent it
  EXPECT_EQ(read(written(user)), user);
}

TEST(UserItem, MayHaveOtherAttributes) {
  std::string item = ada_item;
  item.insert(1, R"("shoe":{"S":"43"},"tags":{"L":[]},)");
  EXPECT_EQ(read(item), ada_in_capitals());
}

TEST(UserItem, IsNotAUserWhenAnAttributeIsMissingOrInvalid) {
  for (const char* field : {"userId", "name", "email", "createdAt", "updatedAt", "version"}) {
    std::string item = ada_item;
    item.replace(item.find(field), 1, "x");
    EXPECT_EQ(read(item), std::nullopt) << item;
  }
  constexpr std::pair<const char*, const char*> corruptions[] = {
      {R"({"S":"ada00000-0000-4000-8000-000000000001"})", R"({"S":"42"})"},
      {R"({"S":"Ada Lovelace"})", R"({"N":"1"})"},
      {R"({"S":"Ada Lovelace"})", R"({"NULL":true})"},
      {R"({"S":"Ada Lovelace"})", R"("Ada Lovelace")"},
      {R"({"S":"Ada@example.com"})", R"({"SS":["ada@example.com"]})"},
      {R"({"S":"2026-01-02T03:04:05.678Z"})", R"({"S":"yesterday"})"},
      {R"({"S":"2026-01-02T03:04:05.678Z"})", R"({"N":"1767323045678"})"},
      {R"("version":{"N":"1"})", R"("version":{"S":"1"})"},
      {R"("version":{"N":"1"})", R"("version":{"N":1})"},
      {R"("version":{"N":"1"})", R"("version":{"N":""})"},
      {R"("version":{"N":"1"})", R"("version":{"N":"1.5"})"},
      {R"("version":{"N":"1"})", R"("version":{"N":"1E+2"})"},
      {R"("version":{"N":"1"})", R"("version":{"N":"9223372036854775808"})"},
  };
  for (const auto& [good, bad] : corruptions) {
    std::string item = ada_item;
    item.replace(item.find(good), std::string_view(good).size(), bad);
    EXPECT_EQ(read(item), std::nullopt) << item;
  }
  for (const char* no_item : {"{}", "[]", "null", "\"item\""})
    EXPECT_EQ(read(no_item), std::nullopt) << no_item;
}

}  // namespace
}  // namespace users::testing
