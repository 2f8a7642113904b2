/// The transactions of the store: users together with the claims on their addresses.

#include "dynamodb/claim.h"
#include "dynamodb/retry.h"
#include "tests/unit/dynamodb/user_store_fixture.h"

namespace users::dynamodb::testing {
namespace {

using ::testing::HasSubstr;
using Kind = Problem::Kind;

MATCHER(IsEmailTaken, "") {
  return !arg.has_value() && arg.error().kind == Kind::conflict && arg.error().errors.size() == 1 &&
         arg.error().errors[0].code == "taken";
}

/// What makes a claim Ada's or gives it up, only if it is nobody else's.
const std::string unless_anothers = fmt::format(
    R"-("ConditionExpression":"attribute_not_exists(claim) OR userId = :user",)-"
    R"("ExpressionAttributeValues":{{":user":{{"S":"{}"}}}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD")",
    id_of_ada);

std::string claiming(std::string_view email) {
  return fmt::format(
      R"({{"Put":{{"TableName":"UserClaims","Item":{{"claim":{{"S":"email#{}"}},"userId":{{"S":"{}"}}}},{}}}}})",
      email, id_of_ada, unless_anothers);
}

std::string releasing(std::string_view email) {
  return fmt::format(R"({{"Delete":{{"TableName":"UserClaims","Key":{{"claim":{{"S":"email#{}"}}}},{}}}}})",
                     email, unless_anothers);
}

std::string transaction(std::string_view token, const std::vector<std::string>& actions) {
  return fmt::format(R"({{"ClientRequestToken":"{}","TransactItems":[{}]}})", token, fmt::join(actions, ","));
}

class DynamoDbClaims : public DynamoDbUserStoreTest {
 protected:
  /// Ada's item in the version, removed.
  static std::string removing(int version) {
    return fmt::format(R"({{"Delete":{{"TableName":"Users","Key":{{"userId":{{"S":"{}"}}}},)"
                       R"("ConditionExpression":"version = :version",)"
                       R"("ExpressionAttributeValues":{{":version":{{"N":"{}"}}}},)"
                       R"("ReturnValuesOnConditionCheckFailure":"ALL_OLD"}}}})",
                       id_of_ada, version);
  }

  /// Ada's item in the version, with another address.
  static std::string moving(int version, std::string_view token, std::string_view email) {
    return fmt::format(
        R"({{"Update":{{"TableName":"Users","Key":{{"userId":{{"S":"{}"}}}},)"
        R"("UpdateExpression":"SET updatedAt = :now, version = version + :one, writeToken = :token,)"
        R"( email = :email, foldedEmail = :foldedEmail","ConditionExpression":"version = :version",)"
        R"("ExpressionAttributeValues":{{":now":{{"S":"2026-01-02T03:04:06.678Z"}},":one":{{"N":"1"}},)"
        R"(":token":{{"S":"{}"}},":email":{{"S":"{}"}},":foldedEmail":{{"S":"{}"}},)"
        R"(":version":{{"N":"{}"}}}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}}}})",
        id_of_ada, token, email, folded(email), version);
  }

  Result<User> move(const VersionCondition& condition = any_version) {
    return update({.email = "King@example.com"}, condition);
  }

  /// Ada after the move from that version.
  static User moved(std::int64_t version) {
    User user = ada_in_version(version + 1);
    user.email = "King@example.com";
    user.updated_at = user.created_at + milliseconds(1000);
    return user;
  }

 private:
  static std::string folded(std::string_view email) {
    std::string text(email);
    text[0] = 'k';
    return text;
  }
};

TEST(EmailClaim, IsOneForEverySpellingOfAnAddress) {
  EXPECT_EQ(email_claim("Ada@Example.com"), "email#ada@example.com");
}

// Creating

TEST_F(DynamoDbClaims, CreatesAUserWithItsAddressInOneTransaction) {
  transport_.script = {output("{}")};
  EXPECT_EQ(store_.create(ada()), ada());
  EXPECT_EQ(input_of("TransactWriteItems"),
            transaction(token_1, {R"({"Put":{"TableName":"Users","Item":)" + item(token_1) +
                                      R"-(,"ConditionExpression":"attribute_not_exists(userId)",)-"
                                      R"("ReturnValuesOnConditionCheckFailure":"ALL_OLD"}})",
                                  claiming("ada@example.com")}));
}

TEST_F(DynamoDbClaims, RefusesToCreateAnIdOrAnAddressTwice) {
  transport_.script = {cancelled({refused(item("other")), refused()}), cancelled({fine, refused()})};
  EXPECT_THAT(store_.create(ada()), IsProblem(Kind::conflict));
  EXPECT_THAT(store_.create(ada()), IsEmailTaken());
}

TEST_F(DynamoDbClaims, RepeatsATransactionWithTheSameToken) {
  transport_.script = {reply_lost(), exception(400, "TransactionInProgressException"), output("{}")};
  EXPECT_EQ(store_.create(ada()), ada());
  ASSERT_EQ(transport_.sent.size(), 3U);
  EXPECT_EQ(transport_.sent[0].body, transport_.sent[1].body);
  EXPECT_EQ(transport_.sent[0].body, transport_.sent[2].body);
}

TEST_F(DynamoDbClaims, ARefusalAfterALostReplyIsOne) {
  // Had the first attempt been carried out, DynamoDB would have recognised the token.
  transport_.script = {reply_lost(), cancelled({fine, refused()})};
  EXPECT_THAT(store_.create(ada()), IsEmailTaken());
}

// Creating once

const CreationKey key{
    .digest = "d1", .fingerprint = "f1", .expires_at = ada().created_at + std::chrono::hours(25)};
/// What the key's claim looks like, whoever holds it.
const std::string claim_of_key =
    fmt::format(R"({{"claim":{{"S":"once#d1"}},"userId":{{"S":"{}"}},"fingerprint":{{"S":"f1"}},)"
                R"("expiresAt":{{"N":"1767413045"}}}})",
                id_of_ada);

TEST_F(DynamoDbClaims, CreatesOnceByAThirdPartOfTheTransaction) {
  transport_.script = {output("{}")};
  const auto creation = store_.create_once(ada(), key);
  ASSERT_TRUE(creation);
  EXPECT_EQ(creation->user, ada());
  EXPECT_FALSE(creation->replayed);
  EXPECT_EQ(input_of("TransactWriteItems"),
            transaction(token_1, {R"({"Put":{"TableName":"Users","Item":)" + item(token_1) +
                                      R"-(,"ConditionExpression":"attribute_not_exists(userId)",)-"
                                      R"("ReturnValuesOnConditionCheckFailure":"ALL_OLD"}})",
                                  claiming("ada@example.com"),
                                  R"({"Put":{"TableName":"UserClaims","Item":)" + claim_of_key +
                                      R"-(,"ConditionExpression":"attribute_not_exists(claim) OR )-"
                                      R"(expiresAt <= :now","ExpressionAttributeValues":{)"
                                      R"(":now":{"N":"1767323045"}},)"
                                      R"("ReturnValuesOnConditionCheckFailure":"ALL_OLD"}})"}));
}

TEST_F(DynamoDbClaims, AReplayReadsTheUserThatTheKeyMade) {
  User repeated = ada();
  repeated.id = *UserId::parse("00000000-0000-4000-8000-00000000dead");
  transport_.script = {cancelled({fine, refused(), refused(claim_of_key)}), got(item("any", 2))};
  const auto creation = store_.create_once(repeated, key);
  ASSERT_TRUE(creation);
  EXPECT_EQ(creation->user, ada_in_version(2));
  EXPECT_TRUE(creation->replayed);
  EXPECT_EQ(input_of(1, "GetItem"),
            fmt::format(R"({{"TableName":"Users","Key":{{"userId":{{"S":"{}"}}}},"ConsistentRead":true}})",
                        id_of_ada));
}

TEST_F(DynamoDbClaims, AReplayTellsWhatStandsAgainstIt) {
  const auto taken = cancelled({fine, refused(), refused(claim_of_key)});
  transport_.script = {taken, output("{}")};
  EXPECT_THAT(store_.create_once(ada(), key), IsProblem(Kind::user_gone));
  transport_.script = {taken, exception(400, "AccessDeniedException")};
  EXPECT_THAT(store_.create_once(ada(), key), IsProblem(Kind::internal));
  transport_.script = {taken};
  EXPECT_THAT(store_.create_once(ada(), {.digest = "d1", .fingerprint = "f2", .expires_at = key.expires_at}),
              IsProblem(Kind::key_reused));
  transport_.script = {cancelled({fine, refused(), fine})};
  EXPECT_THAT(store_.create_once(ada(), key), IsEmailTaken());
  transport_.script = {cancelled({fine, fine, refused(R"({"claim":{"S":"once#d1"}})")})};
  EXPECT_THAT(store_.create_once(ada(), key), IsProblem(Kind::internal));
}

TEST_F(DynamoDbClaims, WaitsForAnotherOfTheSameKeyThatIsOnItsWay) {
  transport_.script = {cancelled({fine, refused(), conflict}),
                       cancelled({fine, refused(), refused(claim_of_key)}), got(item("any"))};
  EXPECT_TRUE(store_.create_once(ada(), key));
}

// Changing the address

TEST_F(DynamoDbClaims, MovesToAnotherAddressInATransactionOnceItsVersionIsKnown) {
  transport_.script = {condition_failed(item("other", 3)), output("{}")};
  EXPECT_EQ(move(), moved(3));
  EXPECT_EQ(input_of(1, "TransactWriteItems"),
            transaction(token_2, {moving(3, token_2, "King@example.com"), claiming("king@example.com"),
                                  releasing("ada@example.com")}));
}

TEST_F(DynamoDbClaims, MovesOnFromWhatAnotherWriterLeft) {
  transport_.script = {condition_failed(item("other", 3)),
                       cancelled({refused(item("other", 4, "countess@example.com")), fine, fine}),
                       output("{}")};
  EXPECT_EQ(move(), moved(4));
  EXPECT_EQ(input_of(2, "TransactWriteItems"),
            transaction("00000000-0000-4000-8000-000000000003",
                        {moving(4, "00000000-0000-4000-8000-000000000003", "King@example.com"),
                         claiming("king@example.com"), releasing("countess@example.com")}));
}

TEST_F(DynamoDbClaims, DoesNotMoveWhatHasChangedOrGoneMeanwhile) {
  transport_.script = {condition_failed(item("other", 3)),
                       cancelled({refused(item("x", 4)), refused(), fine})};
  EXPECT_THAT(move({.any_of = {{3}}}), IsProblem(Kind::precondition_failed));
  transport_.script = {condition_failed(item("other", 3)), cancelled({refused(), refused(), fine})};
  EXPECT_THAT(move(), IsProblem(Kind::user_not_found));
}

TEST_F(DynamoDbClaims, DoesNotMoveAStaleVersion) {
  transport_.script = {condition_failed(item("other", 4))};
  EXPECT_THAT(move({.any_of = {{3}}}), IsProblem(Kind::precondition_failed));
}

TEST_F(DynamoDbClaims, DoesNotMoveToAnAddressThatIsTaken) {
  transport_.script = {condition_failed(item("other", 3)), cancelled({fine, refused(), fine})};
  EXPECT_THAT(move(), IsEmailTaken());
}

TEST_F(DynamoDbClaims, LeavesAnAddressToWhoHoldsIt) {
  // Users of a table that was made before addresses were claimed may share one.
  transport_.script = {condition_failed(item("other", 3)), cancelled({fine, fine, refused()}), output("{}")};
  EXPECT_EQ(move(), moved(3));
  EXPECT_EQ(input_of(2, "TransactWriteItems"),
            transaction("00000000-0000-4000-8000-000000000003",
                        {moving(3, "00000000-0000-4000-8000-000000000003", "King@example.com"),
                         claiming("king@example.com")}));
}

TEST_F(DynamoDbClaims, ClaimsTheAddressThatAUserHasAlready) {
  // As in a table that was made before addresses were claimed.
  transport_.script = {condition_failed(item("other", 3, "king@example.com")), output("{}")};
  EXPECT_EQ(move(), moved(3));
  EXPECT_EQ(input_of(1, "TransactWriteItems"),
            transaction(token_2, {moving(3, token_2, "King@example.com"), claiming("king@example.com")}));
}

TEST_F(DynamoDbClaims, GivesUpWhenOthersAreAlwaysFaster) {
  transport_.script = {condition_failed(item("other", 3))};
  for (int version = 4; version < 9; ++version)
    transport_.script.emplace_back(cancelled({refused(item("other", version)), fine, fine}));
  EXPECT_THAT(move(), IsProblem(Kind::unavailable));
}

// Removing

TEST_F(DynamoDbClaims, RemovesAUserWithItsAddressOnceThatIsKnown) {
  transport_.script = {got(item("any", 3)), output("{}")};
  EXPECT_EQ(store_.remove(ada().id, {.any_of = {{3, 7}}}), ada_in_version(3));
  EXPECT_EQ(input_of(0, "GetItem"),
            fmt::format(R"({{"TableName":"Users","Key":{{"userId":{{"S":"{}"}}}},"ConsistentRead":true}})",
                        id_of_ada));
  EXPECT_EQ(input_of(1, "TransactWriteItems"),
            transaction(token_1, {removing(3), releasing("ada@example.com")}));
}

TEST_F(DynamoDbClaims, RemovesWhatAnotherWriterLeft) {
  transport_.script = {got(item("any", 3)), cancelled({refused(item("any", 4, "king@example.com")), fine}),
                       output("{}")};
  User last = ada_in_version(4);
  last.email = "king@example.com";
  EXPECT_EQ(store_.remove(ada().id, any_version), last);
  EXPECT_EQ(input_of(2, "TransactWriteItems"),
            transaction(token_2, {removing(4), releasing("king@example.com")}));
}

TEST_F(DynamoDbClaims, DoesNotRemoveWhatHasChangedOrGoneMeanwhile) {
  transport_.script = {got(item("any", 3)), cancelled({refused(item("any", 4)), fine})};
  EXPECT_THAT(store_.remove(ada().id, {.any_of = {{3}}}), IsProblem(Kind::precondition_failed));
  transport_.script = {got(item("any", 3)), cancelled({refused(), fine})};
  EXPECT_THAT(store_.remove(ada().id, {.any_of = {{3}}}), IsProblem(Kind::user_not_found));
}

TEST_F(DynamoDbClaims, RemovesAUserWhoseAddressIsAnothers) {
  transport_.script = {got(item("any", 3)), cancelled({fine, refused()}), output("{}")};
  EXPECT_EQ(store_.remove(ada().id, any_version), ada_in_version(3));
  EXPECT_EQ(input_of(2, "TransactWriteItems"), transaction(token_2, {removing(3)}));
}

// A conflict beside a refusal leaves open what there is to refuse

TEST_F(DynamoDbClaims, ACreationThatIsInAnothersWayToTheEndIsNoConflictOfAddresses) {
  for (int i = 0; i < max_contended_attempts; ++i)
    transport_.script.emplace_back(cancelled({fine, refused(), conflict}));
  EXPECT_THAT(store_.create_once(ada(), key), IsProblem(Kind::unavailable));
}

TEST_F(DynamoDbClaims, ACreationWithoutTimeForAnotherAttemptIsNoConflictOfAddresses) {
  client_.set_deadline(clock_.now() + milliseconds(151));
  transport_.script = {cancelled({fine, refused(), conflict})};
  EXPECT_THAT(store_.create_once(ada(), key), IsProblem(Kind::unavailable));
}

TEST_F(DynamoDbClaims, AMoveThatIsInAnothersWayToTheEndIsNoConflictOfAddresses) {
  transport_.script = {condition_failed(item("other", 3))};
  for (int i = 0; i < max_contended_attempts; ++i)
    transport_.script.emplace_back(cancelled({conflict, refused(), fine}));
  EXPECT_THAT(move({.any_of = {{3}}}), IsProblem(Kind::unavailable));
}

// An address that is somebody else's is left to them; the one that the user moved to meanwhile is not

TEST_F(DynamoDbClaims, RemovalReleasesTheAddressOfTheUserAsReadLast) {
  transport_.script = {got(item("any", 3)), cancelled({fine, refused()}),
                       cancelled({refused(item("any", 4, "king@example.com"))}), output("{}")};
  EXPECT_TRUE(store_.remove(ada().id, any_version));
  EXPECT_THAT(input_of(3, "TransactWriteItems"), HasSubstr("email#king@example.com"));
}

TEST_F(DynamoDbClaims, AMoveReleasesTheAddressOfTheUserAsReadLast) {
  transport_.script = {condition_failed(item("other", 3)), cancelled({fine, fine, refused()}),
                       cancelled({refused(item("other", 4, "countess@example.com")), fine}), output("{}")};
  EXPECT_TRUE(move());
  EXPECT_THAT(input_of(3, "TransactWriteItems"), HasSubstr("email#countess@example.com"));
}

}  // namespace
}  // namespace users::dynamodb::testing
