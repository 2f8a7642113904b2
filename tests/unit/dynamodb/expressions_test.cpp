#include "json/json.h"
#include "tests/unit/dynamodb/user_store_fixture.h"
#include "users/creation_key.h"

namespace users::dynamodb::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// What would change the meaning of an expression if it became a part of one.
constexpr const char* hostile = "Xyzzy, version = :one REMOVE #name, :token";
constexpr const char* hostile_email = "xyzzy+set-version={:one}#name@example.com";

/// The texts that DynamoDB reads as expressions, or as names in them, wherever they are in an input.
std::vector<std::string> expressions_in(const json::Value& value) {
  std::vector<std::string> found;
  for (const auto& [name, member] : value.members()) {
    if (name.ends_with("Expression")) found.emplace_back(member.string().value());
    if (name == "ExpressionAttributeNames") {
      for (const auto& [alias, attribute] : member.members()) {
        found.emplace_back(alias);
        found.emplace_back(attribute.string().value());
      }
    }
    for (const std::string& inner : expressions_in(member)) found.push_back(inner);
  }
  for (const json::Value& element : value.elements())
    for (const std::string& inner : expressions_in(element)) found.push_back(inner);
  return found;
}

class DynamoDbExpressions : public DynamoDbUserStoreTest {
 protected:
  void TearDown() override {
    std::size_t expressions = 0;
    for (const auto& sent : transport_.sent) {
      const auto input = json::Document::parse(sent.body.value()).value();
      for (const std::string& expression : expressions_in(input.root())) {
        EXPECT_THAT(expression, Not(HasSubstr("yzzy")));
        ++expressions;
      }
      EXPECT_THAT(*sent.body, HasSubstr("yzzy")) << "the text of the client is among the values";
    }
    EXPECT_GT(expressions, 0U);
  }

  User hostile_user() const {
    User user = ada();
    user.name = hostile;
    user.email = hostile_email;
    return user;
  }
};

TEST_F(DynamoDbExpressions, HaveNothingOfAClientsInACreation) {
  transport_.script = {output("{}")};
  const NewUser given{.name = hostile, .email = hostile_email, .age = {}};
  EXPECT_TRUE(store_.create_once(hostile_user(), creation_key(hostile, hostile, given, clock_.now())));
}

TEST_F(DynamoDbExpressions, HaveNothingOfAClientsInAnUpdate) {
  transport_.script = {output(fmt::format(R"({{"Attributes":{}}})", item(token_1)))};
  EXPECT_TRUE(update({.name = hostile, .email = hostile_email}));
}

TEST_F(DynamoDbExpressions, HaveNothingOfAClientsInAMove) {
  transport_.script = {condition_failed(item("another")), output("{}")};
  EXPECT_TRUE(update({.name = hostile, .email = hostile_email}));
}

TEST_F(DynamoDbExpressions, HaveNothingOfAClientsInAListing) {
  transport_.script = {output(R"({"Items":[]})")};
  EXPECT_TRUE(store_.list_by_name(folded_name(hostile), 25, std::nullopt));
}

}  // namespace
}  // namespace users::dynamodb::testing
