#include "dynamodb/user_store.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/support/captured_log.h"
#include "tests/support/dynamodb_replies.h"
#include "tests/support/fakes.h"
#include "tests/support/matchers.h"

namespace users::dynamodb::testing {
namespace {

using namespace users::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = Problem::Kind;

/// The tokens of the first and the second write, by FakeIds.
constexpr const char* token_1 = "00000000-0000-4000-8000-000000000001";
constexpr const char* token_2 = "00000000-0000-4000-8000-000000000002";

constexpr const char* id_of_ada = "ada00000-0000-4000-8000-000000000001";
constexpr VersionCondition any_version{};

/// Ada's item as it was last written with that token.
std::string item(std::string_view write_token, int version = 1) {
  return fmt::format(
      R"({{"userId":{{"S":"{}"}},"name":{{"S":"Ada Lovelace"}},"email":{{"S":"ada@example.com"}},)"
      R"("age":{{"N":"36"}},"createdAt":{{"S":"2026-01-02T03:04:05.678Z"}},)"
      R"("updatedAt":{{"S":"2026-01-02T03:04:05.678Z"}},"version":{{"N":"{}"}},"writeToken":{{"S":"{}"}}}})",
      id_of_ada, version, write_token);
}

User ada_in_version(std::int64_t version) {
  User user = ada();
  user.version = version;
  return user;
}

class DynamoDbUserStoreTest : public ::testing::Test {
 protected:
  /// The input of the one operation that was called.
  std::string input_of(std::string_view operation) const {
    EXPECT_EQ(transport_.sent.size(), 1U);
    const auto& sent = transport_.sent.at(0);
    EXPECT_EQ(sent.headers.get("X-Amz-Target"), fmt::format("DynamoDB_20120810.{}", operation));
    return sent.body.value();
  }

  Result<User> update(const UserPatch& patch, const VersionCondition& condition = any_version) {
    return store_.update(ada().id, patch, condition, clock_.now() + milliseconds(1000));
  }

  FakeClock clock_;
  FakeRandom random_;
  FakeIds ids_;
  CapturedLog log_;
  ScriptedTransport transport_;
  Client client_{"http://dynamodb.test",
                 Signer({"AKID", "secret", {}}, "eu-central-1"),
                 transport_,
                 clock_,
                 random_,
                 log_.log};
  DynamoDbUserStore store_{client_, "Users", ids_};
};

// Requests

TEST_F(DynamoDbUserStoreTest, CreatesByPutItemWhereThereIsNoItem) {
  transport_.script = {output("{}")};
  EXPECT_EQ(store_.create(ada()), ada());
  EXPECT_EQ(input_of("PutItem"), R"({"TableName":"Users","Item":)" + item(token_1) +
                                     R"-(,"ConditionExpression":"attribute_not_exists(userId)",)-"
                                     R"("ReturnValuesOnConditionCheckFailure":"ALL_OLD"})");
}

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
      R"-( AND (attribute_not_exists(writeToken) OR writeToken <> :token)",)-"
      R"("ReturnValues":"ALL_NEW","ReturnValuesOnConditionCheckFailure":"ALL_OLD",{})"
      R"("ExpressionAttributeValues":{{":now":{{"S":"2026-01-02T03:04:06.678Z"}},":one":{{"N":"1"}},)"
      R"(":token":{{"S":"{}"}}{}}}}})",
      id_of_ada, expression, version_condition, names, token_1, values);
}

constexpr const char* name_alias = R"("ExpressionAttributeNames":{"#name":"name"},)";

TEST_F(DynamoDbUserStoreTest, UpdatesByOneUpdateItem) {
  struct Case {
    UserPatch patch;
    std::string input;
  };
  const Case cases[] = {
      {{.name = "Ada King"}, update_input(", #name = :name", "", name_alias, R"(,":name":{"S":"Ada King"})")},
      {{.email = "king@example.com"},
       update_input(", email = :email", "", "", R"(,":email":{"S":"king@example.com"})")},
      {{.age = 37}, update_input(", age = :age", "", "", R"(,":age":{"N":"37"})")},
      {{.age = std::optional<std::optional<int>>(std::in_place)}, update_input(" REMOVE age", "", "", "")},
      {{.name = "José", .email = "king@example.com", .age = 37},
       update_input(", #name = :name, email = :email, age = :age", "", name_alias,
                    R"(,":name":{"S":"José"},":email":{"S":"king@example.com"},":age":{"N":"37"})")},
  };
  for (const auto& [patch, input] : cases) {
    FakeIds ids;
    transport_.sent.clear();
    transport_.script = {output(R"({"Attributes":)" + item("any", 2) + "}")};
    EXPECT_EQ(DynamoDbUserStore(client_, "Users", ids)
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

TEST_F(DynamoDbUserStoreTest, RemovesByOneDeleteItem) {
  struct Case {
    VersionCondition condition;
    std::string_view expression;
    std::string_view values;
  };
  const Case cases[] = {
      {any_version, "", ""},
      {{.any_of = {{3, 7}}},
       " AND version IN (:v0,:v1)",
       R"(,"ExpressionAttributeValues":{":v0":{"N":"3"},":v1":{"N":"7"}})"},
      {{.any_of = std::vector<std::int64_t>()},
       " AND version IN (:none)",
       R"(,"ExpressionAttributeValues":{":none":{"N":"0"}})"},
  };
  for (const auto& [condition, expression, values] : cases) {
    transport_.sent.clear();
    transport_.script = {output(R"({"Attributes":)" + item("any", 3) + "}")};
    EXPECT_EQ(store_.remove(ada().id, condition), ada_in_version(3));
    EXPECT_EQ(input_of("DeleteItem"),
              fmt::format(R"({{"TableName":"Users","Key":{{"userId":{{"S":"{}"}}}},)"
                          R"("ConditionExpression":"attribute_exists(userId){}","ReturnValues":"ALL_OLD",)"
                          R"("ReturnValuesOnConditionCheckFailure":"ALL_OLD"{}}})",
                          id_of_ada, expression, values));
  }
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

// What DynamoDB refuses

TEST_F(DynamoDbUserStoreTest, DoesNotFindWhatIsNotThere) {
  transport_.script = {output("{}"), condition_failed(), condition_failed()};
  EXPECT_THAT(store_.get(ada().id), IsProblem(Kind::user_not_found));
  EXPECT_THAT(update({.age = 37}, {.any_of = {{1}}}), IsProblem(Kind::user_not_found));
  EXPECT_THAT(store_.remove(ada().id, {.any_of = {{1}}}), IsProblem(Kind::user_not_found));
}

TEST_F(DynamoDbUserStoreTest, RefusesAChangeOfAnotherVersion) {
  transport_.script = {condition_failed(item("other", 2)), condition_failed(item("other", 2))};
  EXPECT_THAT(update({.age = 37}, {.any_of = {{1}}}), IsProblem(Kind::precondition_failed));
  EXPECT_THAT(store_.remove(ada().id, {.any_of = {{1}}}), IsProblem(Kind::precondition_failed));
}

TEST_F(DynamoDbUserStoreTest, RefusesToCreateAnIdTwice) {
  transport_.script = {condition_failed(item("other"))};
  EXPECT_THAT(store_.create(ada()), IsProblem(Kind::conflict));
}

// After a lost reply

TEST_F(DynamoDbUserStoreTest, RecognisesItsOwnCreationWhoseReplyWasLost) {
  transport_.script = {reply_lost(), condition_failed(item(token_1))};
  EXPECT_EQ(store_.create(ada()), ada());
  ASSERT_EQ(transport_.sent.size(), 2U);
  EXPECT_EQ(transport_.sent[0].body, transport_.sent[1].body) << "the token must be the same";
}

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
    transport_.script = {reply_lost(), refusal};
    EXPECT_THAT(store_.remove(ada().id, {.any_of = {{1}}}), IsProblem(Kind::unavailable));
  }
  transport_.script = {reply_lost(), condition_failed(item("other", 2))};
  EXPECT_THAT(store_.create(ada()), IsProblem(Kind::unavailable));
}

TEST_F(DynamoDbUserStoreTest, KnowsTheOutcomeWhenTheFirstAttemptNeverLeft) {
  for (const auto& first : {not_sent(), ScriptedTransport::Outcome(throttled())}) {
    transport_.script = {first, condition_failed(item("other", 3))};
    EXPECT_THAT(update({.age = 37}, {.any_of = {{1}}}), IsProblem(Kind::precondition_failed));
    transport_.script = {first, condition_failed()};
    EXPECT_THAT(store_.remove(ada().id, any_version), IsProblem(Kind::user_not_found));
    transport_.script = {first, condition_failed(item("other"))};
    EXPECT_THAT(store_.create(ada()), IsProblem(Kind::conflict));
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
                       output("{}"),
                       output(R"({"Items":[)" + item("any") + R"(,{"userId":{"S":"x"}}]})"),
                       output(R"({"Items":[],"LastEvaluatedKey":{"userId":{"S":"x"}}})"),
                       output("{}")};
  EXPECT_THAT(store_.get(ada().id), IsProblem(Kind::internal));
  EXPECT_THAT(update({.age = 37}), IsProblem(Kind::internal));
  EXPECT_THAT(store_.remove(ada().id, any_version), IsProblem(Kind::internal));
  EXPECT_THAT(store_.list(2, std::nullopt), IsProblem(Kind::internal));
  EXPECT_THAT(store_.list(2, std::nullopt), IsProblem(Kind::internal));
  EXPECT_THAT(store_.list(2, std::nullopt), IsProblem(Kind::internal));
}

}  // namespace
}  // namespace users::dynamodb::testing
