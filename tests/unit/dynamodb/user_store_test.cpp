#include "dynamodb/user_store.h"

#include "tests/unit/dynamodb/user_store_fixture.h"

namespace users::dynamodb::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = Problem::Kind;

// Requests

TEST_F(DynamoDbUserStoreTest, GetsByConsistentGetItem) {
  transport_.script = {output(R"({"Item":)" + item("any") + "}")};
  EXPECT_EQ(store_.get(ada().id), ada());
  EXPECT_EQ(input_of("GetItem"), fmt::format(R"({{"TableName":"Users","Key":{{"userId":{{"S":"{}"}}}},)"
                                             R"("ConsistentRead":true}})",
                                             id_of_ada));
}

/// The input of an UpdateItem.
std::string update_input(std::string_view expression, std::string_view version_condition,
                         std::string_view names, std::string_view values) {
  return fmt::format(
      R"({{"TableName":"Users","Key":{{"userId":{{"S":"{}"}}}},)"
      R"("UpdateExpression":"SET updatedAt = :now, version = version + :one, writeToken = :token{}",)"
      R"("ConditionExpression":"attribute_exists(userId){})"
      R"-( AND (attribute_not_exists(writeToken) OR writeToken <> :token){}",{})-"
      R"("ExpressionAttributeValues":{{":now":{{"S":"2026-01-02T03:04:06.678Z"}},":one":{{"N":"1"}},)"
      R"(":token":{{"S":"{}"}}{}}},)"
      R"("ReturnValues":"ALL_NEW","ReturnValuesOnConditionCheckFailure":"ALL_OLD"}})",
      id_of_ada, expression, version_condition,
      expression.find("email") == std::string_view::npos ? "" : " AND foldedEmail = :foldedEmail", names,
      token_1, values);
}

/// The values of the keys of the index of names.
std::string name_keys(std::string_view initial, std::string_view folded_name) {
  return fmt::format(R"(,":nameInitial":{{"S":"{}"}},":nameKey":{{"S":"{}\u001F{}"}})", initial, folded_name,
                     id_of_ada);
}

constexpr const char* name_alias = R"("ExpressionAttributeNames":{"#name":"name"},)";

TEST_F(DynamoDbUserStoreTest, UpdatesByOneUpdateItem) {
  struct Case {
    UserPatch patch;
    std::string input;
  };
  const Case cases[] = {
      {{.name = "Ada King"},
       update_input(", #name = :name, nameInitial = :nameInitial, nameKey = :nameKey", "", name_alias,
                    R"(,":name":{"S":"Ada King"})" + name_keys("a", "ada king"))},
      {{.email = "Ada@example.com"},
       update_input(", email = :email, foldedEmail = :foldedEmail", "", "",
                    R"(,":email":{"S":"Ada@example.com"},":foldedEmail":{"S":"ada@example.com"})")},
      {{.age = 37}, update_input(", age = :age", "", "", R"(,":age":{"N":"37"})")},
      {{.age = std::optional<std::optional<int>>(std::in_place)}, update_input(" REMOVE age", "", "", "")},
      {{.name = "José", .email = "Ada@example.com", .age = 37},
       update_input(", #name = :name, nameInitial = :nameInitial, nameKey = :nameKey, email = :email, "
                    "foldedEmail = :foldedEmail, age = :age",
                    "", name_alias,
                    R"(,":name":{"S":"José"})" + name_keys("j", "jose") +
                        R"(,":email":{"S":"Ada@example.com"},)"
                        R"(":foldedEmail":{"S":"ada@example.com"},":age":{"N":"37"})")},
  };
  for (const auto& [patch, input] : cases) {
    FakeIds ids;
    transport_.sent.clear();
    transport_.script = {output(R"({"Attributes":)" + item("any", 2) + "}")};
    EXPECT_EQ(DynamoDbUserStore(client_, "Users", "UserClaims", ids)
                  .update(ada().id, patch, any_version, FakeClock().now() + milliseconds(1000)),
              ada_in_version(2));
    EXPECT_EQ(input_of("UpdateItem"), input);
  }
}

TEST_F(DynamoDbUserStoreTest, UpdatesFromTheVersionsAllowed) {
  transport_.script = {output(R"({"Attributes":)" + item("any", 4) + "}")};
  EXPECT_TRUE(update({.age = 37}, {.any_of = {{3, 7}}}));
  EXPECT_EQ(input_of("UpdateItem"), update_input(", age = :age", " AND version IN (:v0,:v1)", "",
                                                 R"(,":age":{"N":"37"},":v0":{"N":"3"},":v1":{"N":"7"})"));
}

TEST_F(DynamoDbUserStoreTest, UpdatesFromNoVersionWhenNoneIsAllowed) {
  transport_.script = {condition_failed(item("any"))};
  EXPECT_THAT(update({.age = 37}, {.any_of = std::vector<std::int64_t>()}),
              IsProblem(Kind::precondition_failed));
  EXPECT_EQ(input_of("UpdateItem"), update_input(", age = :age", " AND version IN (:none)", "",
                                                 R"(,":age":{"N":"37"},":none":{"N":"0"})"));
}

TEST_F(DynamoDbUserStoreTest, ListsByConsistentScan) {
  transport_.script = {output(R"({"Items":[)" + item("any", 2) + R"(],"Count":1,"ScannedCount":1})")};
  const auto page = store_.list(25, std::nullopt);
  ASSERT_TRUE(page);
  EXPECT_THAT(page->users, ElementsAre(ada_in_version(2)));
  EXPECT_EQ(page->next_after, std::nullopt);
  EXPECT_EQ(input_of("Scan"), R"({"TableName":"Users","Limit":25,"ConsistentRead":true})");
}

TEST_F(DynamoDbUserStoreTest, ListsOnFromAUser) {
  transport_.script = {
      output(R"({"Items":[],"LastEvaluatedKey":{"userId":{"S":"ada00000-0000-4000-8000-00000000000f"}}})")};
  const auto page = store_.list(1, ada().id);
  ASSERT_TRUE(page);
  EXPECT_THAT(page->users, IsEmpty());
  EXPECT_EQ(page->next_after, UserId::parse("ada00000-0000-4000-8000-00000000000f"));
  EXPECT_EQ(input_of("Scan"), fmt::format(R"({{"TableName":"Users","Limit":1,"ConsistentRead":true,)"
                                          R"("ExclusiveStartKey":{{"userId":{{"S":"{}"}}}}}})",
                                          id_of_ada));
}

TEST_F(DynamoDbUserStoreTest, FindsAnAddressByItsClaim) {
  transport_.script = {got(fmt::format(R"({{"claim":{{"S":"x"}},"userId":{{"S":"{}"}}}})", id_of_ada)),
                       got(item("any", 2))};
  EXPECT_EQ(store_.find_by_email("Ada@example.com").value(), ada_in_version(2));
  EXPECT_EQ(
      input_of(0, "GetItem"),
      R"({"TableName":"UserClaims","Key":{"claim":{"S":"email#ada@example.com"}},"ConsistentRead":true})");
  EXPECT_EQ(input_of(1, "GetItem"),
            fmt::format(R"({{"TableName":"Users","Key":{{"userId":{{"S":"{}"}}}},"ConsistentRead":true}})",
                        id_of_ada));
}

TEST_F(DynamoDbUserStoreTest, FindsNobodyByAnAddressThatChangesHandsMeanwhile) {
  const auto claim = got(fmt::format(R"({{"claim":{{"S":"x"}},"userId":{{"S":"{}"}}}})", id_of_ada));
  transport_.script = {output("{}")};
  EXPECT_EQ(store_.find_by_email("ada@example.com").value(), std::nullopt);
  transport_.script = {claim, output("{}")};
  EXPECT_EQ(store_.find_by_email("ada@example.com").value(), std::nullopt);
  transport_.script = {claim, got(item("any", 2, "king@example.com"))};
  EXPECT_EQ(store_.find_by_email("ada@example.com").value(), std::nullopt);
  transport_.script = {claim, exception(400, "AccessDeniedException")};
  EXPECT_THAT(store_.find_by_email("ada@example.com"), IsProblem(Kind::internal));
  transport_.script = {got(R"({"claim":{"S":"x"}})")};
  EXPECT_THAT(store_.find_by_email("ada@example.com"), IsProblem(Kind::internal));
}

TEST_F(DynamoDbUserStoreTest, ListsByNameThroughTheIndex) {
  const auto key = fmt::format(R"({{"userId":{{"S":"{0}"}},"nameInitial":{{"S":"a"}},)"
                               R"("nameKey":{{"S":"ada lovelace\u001F{0}"}}}})",
                               id_of_ada);
  transport_.script = {output(fmt::format(R"({{"Items":[{}],"LastEvaluatedKey":{}}})", item("any"), key)),
                       output(R"({"Items":[]})")};
  const auto page = store_.list_by_name("ad", 7, std::nullopt);
  ASSERT_TRUE(page);
  EXPECT_THAT(page->users, ElementsAre(ada()));
  ASSERT_EQ(page->next_after, name_position(ada()));
  EXPECT_THAT(store_.list_by_name("ad", 8, page->next_after)->next_after, std::nullopt);

  const std::string query =
      R"({"TableName":"Users","IndexName":"ByName",)"
      R"-("KeyConditionExpression":"nameInitial = :initial AND begins_with(nameKey, :prefix)",)-"
      R"("ExpressionAttributeValues":{":initial":{"S":"a"},":prefix":{"S":"ad"}},"Limit":)";
  EXPECT_EQ(input_of(0, "Query"), query + "7}");
  EXPECT_EQ(input_of(1, "Query"), query + R"(8,"ExclusiveStartKey":)" + key + "}");
}

TEST_F(DynamoDbUserStoreTest, FailsOverAPositionThatMakesNoSense) {
  transport_.script = {output(R"({"Items":[],"LastEvaluatedKey":{"nameKey":{"S":"ada"}}})")};
  EXPECT_THAT(store_.list_by_name("ad", 7, std::nullopt), IsProblem(Kind::internal));
}

// What DynamoDB refuses

TEST_F(DynamoDbUserStoreTest, DoesNotFindWhatIsNotThere) {
  transport_.script = {output("{}"), condition_failed(), output("{}")};
  EXPECT_THAT(store_.get(ada().id), IsProblem(Kind::user_not_found));
  EXPECT_THAT(update({.age = 37}, {.any_of = {{1}}}), IsProblem(Kind::user_not_found));
  EXPECT_THAT(store_.remove(ada().id, {.any_of = {{1}}}), IsProblem(Kind::user_not_found));
}

TEST_F(DynamoDbUserStoreTest, RefusesAChangeOfAnotherVersion) {
  transport_.script = {condition_failed(item("other", 2)), got(item("other", 2))};
  EXPECT_THAT(update({.age = 37}, {.any_of = {{1}}}), IsProblem(Kind::precondition_failed));
  EXPECT_THAT(store_.remove(ada().id, {.any_of = {{1}}}), IsProblem(Kind::precondition_failed));
}

// After a lost reply

TEST_F(DynamoDbUserStoreTest, RecognisesItsOwnUpdateWhoseReplyWasLost) {
  transport_.script = {exception(500, "InternalServerError"), condition_failed(item(token_1, 2))};
  EXPECT_EQ(update({.name = "Ada Lovelace"}, {.any_of = {{1}}}), ada_in_version(2));
  ASSERT_EQ(transport_.sent.size(), 2U);
  EXPECT_EQ(transport_.sent[0].body, transport_.sent[1].body) << "the token must be the same";
}

TEST_F(DynamoDbUserStoreTest, GivesEachWriteATokenOfItsOwn) {
  transport_.script = {output(R"({"Attributes":)" + item(token_1, 2) + "}"), reply_lost(),
                       condition_failed(item(token_2, 3))};
  EXPECT_EQ(update({.age = 36}), ada_in_version(2));
  EXPECT_EQ(update({.age = 36}), ada_in_version(3));
}

TEST_F(DynamoDbUserStoreTest, DoesNotClaimToKnowTheOutcomeOfAWriteWhoseReplyWasLost) {
  // The first attempt may have gone through and been overwritten or deleted by someone else since.
  for (const auto& refusal : {condition_failed(item("other", 3)), condition_failed()}) {
    transport_.script = {reply_lost(), refusal};
    EXPECT_THAT(update({.age = 37}, {.any_of = {{1}}}), IsProblem(Kind::unavailable));
  }
}

TEST_F(DynamoDbUserStoreTest, KnowsTheOutcomeWhenTheFirstAttemptNeverLeft) {
  for (const auto& first : {not_sent(), ScriptedTransport::Outcome(throttled())}) {
    transport_.script = {first, condition_failed(item("other", 3))};
    EXPECT_THAT(update({.age = 37}, {.any_of = {{1}}}), IsProblem(Kind::precondition_failed));
  }
}

// What goes wrong

TEST_F(DynamoDbUserStoreTest, IsUnavailableWhenDynamoDbIs) {
  const auto until_the_end = [this](const ScriptedTransport::Outcome& failure) {
    transport_.script = {failure, failure, failure, failure};
  };
  for (const auto& failure : {not_sent(), reply_lost(), ScriptedTransport::Outcome(throttled())}) {
    until_the_end(failure);
    EXPECT_THAT(store_.create(ada()), IsProblem(Kind::unavailable));
    until_the_end(failure);
    EXPECT_THAT(store_.get(ada().id), IsProblem(Kind::unavailable));
    until_the_end(failure);
    EXPECT_THAT(update({.age = 37}), IsProblem(Kind::unavailable));
    until_the_end(failure);
    EXPECT_THAT(store_.remove(ada().id, any_version), IsProblem(Kind::unavailable));
    until_the_end(failure);
    EXPECT_THAT(store_.list(1, std::nullopt), IsProblem(Kind::unavailable));
  }
}

TEST_F(DynamoDbUserStoreTest, FailsWhenDynamoDbRefusesForGood) {
  const auto refusal = exception(400, "ResourceNotFoundException");
  transport_.script = {refusal, refusal, refusal, refusal, refusal};
  EXPECT_THAT(store_.create(ada()), IsProblem(Kind::internal));
  EXPECT_THAT(store_.get(ada().id), IsProblem(Kind::internal));
  EXPECT_THAT(update({.age = 37}), IsProblem(Kind::internal));
  EXPECT_THAT(store_.remove(ada().id, any_version), IsProblem(Kind::internal));
  EXPECT_THAT(store_.list(1, std::nullopt), IsProblem(Kind::internal));
}

TEST_F(DynamoDbUserStoreTest, FailsOverAnItemThatIsNoUser) {
  transport_.script = {output(R"({"Item":{"userId":{"S":"ada00000-0000-4000-8000-000000000001"}}})"),
                       output(R"({"Attributes":{}})"),
                       condition_failed(R"({"version":{"N":"1"}})"),
                       got("{}"),
                       output(R"({"Items":[)" + item("any") + R"(,{"userId":{"S":"x"}}]})"),
                       output(R"({"Items":[],"LastEvaluatedKey":{"userId":{"S":"x"}}})"),
                       output("{}")};
  EXPECT_THAT(store_.get(ada().id), IsProblem(Kind::internal));
  EXPECT_THAT(update({.age = 37}), IsProblem(Kind::internal));
  EXPECT_THAT(update({.email = "king@example.com"}), IsProblem(Kind::internal));
  EXPECT_THAT(store_.remove(ada().id, any_version), IsProblem(Kind::internal));
  EXPECT_THAT(store_.list(2, std::nullopt), IsProblem(Kind::internal));
  EXPECT_THAT(store_.list(2, std::nullopt), IsProblem(Kind::internal));
  EXPECT_THAT(store_.list(2, std::nullopt), IsProblem(Kind::internal));
}

}  // namespace
}  // namespace users::dynamodb::testing
