/// The versioned table on DynamoDB: its requests, and its behaviour after failed conditions, conflicts and
/// lost responses. tests/contract specifies its general behaviour.

#include <fmt/format.h>

#include "core/dynamodb/retry.h"
#include "core/dynamodb/table_creator.h"
#include "core/dynamodb/table_finder.h"
#include "core/dynamodb/table_reader.h"
#include "core/dynamodb/table_remover.h"
#include "core/dynamodb/table_updater.h"
#include "tests/support/dynamodb_responses.h"
#include "tests/support/seats.h"
#include "tests/unit/core/dynamodb/client_fixture.h"

namespace serverless::dynamodb::testing {
namespace {

using namespace serverless::testing;
using ::testing::HasSubstr;
using ::testing::Not;
using Kind = TableError::Kind;

/// The write tokens of FakeIds.
constexpr const char* token_1 = "00000000-0000-4000-8000-000000000001";
constexpr const char* token_2 = "00000000-0000-4000-8000-000000000002";
constexpr const char* token_3 = "00000000-0000-4000-8000-000000000003";

const http::VersionSet any_version{};

/// Returns a seat as DynamoDB stores it.
std::string item(int version, std::string_view place_name = "A7", std::string_view write_token = "another") {
  return fmt::format(R"({{"seatId":{{"S":"1"}},"place":{{"S":"{}"}},"row":{{"S":"{}"}},"price":{{"N":"25"}},)"
                     R"("version":{{"N":"{}"}},"writeToken":{{"S":"{}"}}}})",
                     place_name, place_name.substr(0, 1), version, write_token);
}

constexpr const char* unreadable_item = R"({"seatId":{"S":"1"},"place":{"S":"A7"},"version":{"N":"3"}})";

net::HttpResponse found(std::string_view item) {
  return output(fmt::format(R"({{"Item":{}}})", item));
}

std::string transaction(std::string_view token, const std::vector<std::string>& actions) {
  return fmt::format(R"({{"ClientRequestToken":"{}","TransactItems":[{}]}})", token, fmt::join(actions, ","));
}

constexpr const char* return_old = R"("ReturnValuesOnConditionCheckFailure":"ALL_OLD")";

const std::string holder_condition =
    fmt::format(R"("ConditionExpression":"attribute_not_exists(#claim) OR #seatId = :_holder",)"
                R"("ExpressionAttributeNames":{{"#claim":"claim","#seatId":"seatId"}},)"
                R"("ExpressionAttributeValues":{{":_holder":{{"S":"1"}}}},{})",
                return_old);

std::string claiming(std::string_view place_name) {
  return fmt::format(
      R"({{"Put":{{"TableName":"SeatClaims","Item":{{"claim":{{"S":"place#{}"}},"seatId":{{"S":"1"}}}},{}}}}})",
      place_name, holder_condition);
}

std::string releasing(std::string_view place_name) {
  return fmt::format(R"({{"Delete":{{"TableName":"SeatClaims","Key":{{"claim":{{"S":"place#{}"}}}},{}}}}})",
                     place_name, holder_condition);
}

const std::string putting = fmt::format(
    R"({{"Put":{{"TableName":"Seats","Item":{{"seatId":{{"S":"1"}},"place":{{"S":"A7"}},"row":{{"S":"A"}},)"
    R"("price":{{"N":"25"}},"version":{{"N":"1"}},"writeToken":{{"S":"{}"}}}},)"
    R"-("ConditionExpression":"attribute_not_exists(#seatId)","ExpressionAttributeNames":{{"#seatId":"seatId"}},{}}}}})-",
    token_1, return_old);

std::string deleting(int version, std::string_view place_name = "A7") {
  return fmt::format(
      R"({{"Delete":{{"TableName":"Seats","Key":{{"seatId":{{"S":"1"}}}},)"
      R"("ConditionExpression":"#version = :_version AND #place = :_old_place",)"
      R"("ExpressionAttributeNames":{{"#place":"place","#version":"version"}},)"
      R"("ExpressionAttributeValues":{{":_old_place":{{"S":"{}"}},":_version":{{"N":"{}"}}}},{}}}}})",
      place_name, version, return_old);
}

std::string moving(int version, std::string_view from, std::string_view to, std::string_view token) {
  return fmt::format(
      R"({{"Update":{{"TableName":"Seats","Key":{{"seatId":{{"S":"1"}}}},)"
      R"("UpdateExpression":"SET #version = #version + :_one, #writeToken = :_token, #place = :place",)"
      R"("ConditionExpression":"#version = :_version AND #place = :_old_place",)"
      R"("ExpressionAttributeNames":{{"#place":"place","#version":"version","#writeToken":"writeToken"}},)"
      R"("ExpressionAttributeValues":{{":_old_place":{{"S":"{}"}},":_one":{{"N":"1"}},":_token":{{"S":"{}"}},)"
      R"(":_version":{{"N":"{}"}},":place":{{"S":"{}"}}}},{}}}}})",
      from, token, version, to, return_old);
}

class DynamoDbTables : public DynamoDbClientTest {
 protected:
  TableAccess access() { return {.client = client_, .ids = ids_, .table = seats_table()}; }

  /// Returns the input of the call with this number, from 0.
  std::string input_of(std::size_t number, std::string_view operation) const {
    const auto& sent = transport_.sent.at(number);
    EXPECT_EQ(sent.headers.get("X-Amz-Target"), fmt::format("DynamoDB_20120810.{}", operation));
    return sent.body.value();
  }

  TableResult<StoredItem> set_price(const http::VersionSet& allowed = any_version) {
    return updater_.update("1", {.set = {{"price", 30}}}, allowed);
  }
  TableResult<StoredItem> move(const http::VersionSet& allowed = any_version) {
    return updater_.update("1", {.set = {{"place", "B2"}}}, allowed);
  }

  FakeIds ids_;
  TableReader reader_{access()};
  TableCreator creator_{access()};
  TableUpdater updater_{access()};
  TableRemover remover_{access()};
  TableFinder finder_{access()};
};

MATCHER_P(IsError, kind, "") {
  if (arg) {
    *result_listener << "not an error";
    return false;
  }
  *result_listener << static_cast<int>(arg.error().kind) << " " << arg.error().cause;
  return arg.error().kind == kind;
}

/// Matches the item in this version.
MATCHER_P(HasVersion, version, "") {
  if (!arg) {
    *result_listener << static_cast<int>(arg.error().kind) << " " << arg.error().cause;
    return false;
  }
  return arg->item.template number<int>("version") == version;
}

// Requests

TEST_F(DynamoDbTables, ReadsWithAConsistentGetItem) {
  transport_.script = {found(item(3))};
  EXPECT_THAT(reader_.get("1"), HasVersion(3));
  EXPECT_EQ(input_of(0, "GetItem"),
            R"({"TableName":"Seats","Key":{"seatId":{"S":"1"}},"ConsistentRead":true})");
}

TEST_F(DynamoDbTables, CreatesAnItemAndItsClaimInOneTransaction) {
  transport_.script = {output("{}")};
  EXPECT_TRUE(creator_.create(seat("1", "A7")));
  EXPECT_EQ(input_of(0, "TransactWriteItems"), transaction(token_1, {putting, claiming("A7")}));
}

const http::IdempotencyRecord record{.digest = "d1",
                                     .fingerprint = "f1",
                                     .requested_at = FakeClock().now(),
                                     .expires_at = FakeClock().now() + std::chrono::hours(25)};
constexpr const char* stored_record =
    R"({"claim":{"S":"once#d1"},"seatId":{"S":"1"},"fingerprint":{"S":"f1"},"expiresAt":{"N":"1767413045"}})";

TEST_F(DynamoDbTables, StoresTheIdempotencyRecordInTheSameTransaction) {
  transport_.script = {output("{}")};
  const auto created = creator_.create_idempotent(seat("1", "A7"), record);
  ASSERT_TRUE(created);
  EXPECT_FALSE(*created);
  EXPECT_EQ(input_of(0, "TransactWriteItems"),
            transaction(
                token_1,
                {putting, claiming("A7"),
                 fmt::format(R"({{"Put":{{"TableName":"SeatClaims","Item":{},)"
                             R"("ConditionExpression":"attribute_not_exists(#claim) OR #expiresAt <= :_now",)"
                             R"("ExpressionAttributeNames":{{"#claim":"claim","#expiresAt":"expiresAt"}},)"
                             R"("ExpressionAttributeValues":{{":_now":{{"N":"1767323045"}}}},{}}}}})",
                             stored_record, return_old)}));
}

TEST_F(DynamoDbTables, UpdatesWithOneUpdateItem) {
  transport_.script = {output(fmt::format(R"({{"Attributes":{}}})", item(4)))};
  const ItemChange change{.set = {{"price", 30}, {"place", "A7"}}, .remove = {"note", "label"}};
  EXPECT_THAT(updater_.update("1", change, {.list = {{3, 7}}}), HasVersion(4));
  EXPECT_EQ(
      input_of(0, "UpdateItem"),
      fmt::format(
          R"({{"TableName":"Seats","Key":{{"seatId":{{"S":"1"}}}},)"
          R"("UpdateExpression":"SET #version = #version + :_one, #writeToken = :_token, #price = :price,)"
          R"( #place = :place REMOVE #note, #label",)"
          R"-("ConditionExpression":"attribute_exists(#seatId) AND #version IN (:_v0,:_v1))-"
          R"-( AND (attribute_not_exists(#writeToken) OR #writeToken <> :_token) AND #place = :place",)-"
          R"("ExpressionAttributeNames":{{"#label":"label","#note":"note","#place":"place","#price":"price",)"
          R"("#seatId":"seatId","#version":"version","#writeToken":"writeToken"}},)"
          R"("ExpressionAttributeValues":{{":_one":{{"N":"1"}},":_token":{{"S":"{}"}},":_v0":{{"N":"3"}},)"
          R"(":_v1":{{"N":"7"}},":place":{{"S":"A7"}},":price":{{"N":"30"}}}},)"
          R"("ReturnValues":"ALL_NEW",{}}})",
          token_1, return_old));
}

TEST_F(DynamoDbTables, AConditionWithoutVersionsMatchesNoItem) {
  transport_.script = {condition_failed(item(1))};
  EXPECT_THAT(set_price({.list = std::vector<std::int64_t>()}), IsError(Kind::version_mismatch));
  EXPECT_THAT(input_of(0, "UpdateItem"), HasSubstr("#version IN (:_none)"));
  EXPECT_THAT(input_of(0, "UpdateItem"), HasSubstr(R"(":_none":{"N":"0"})"));
}

TEST_F(DynamoDbTables, ListsWithAConsistentScan) {
  transport_.script = {
      output(fmt::format(R"({{"Items":[{}],"LastEvaluatedKey":{{"seatId":{{"S":"1"}}}}}})", item(2))),
      output(R"({"Items":[]})")};
  const auto page = finder_.list(25, std::nullopt);
  ASSERT_TRUE(page);
  ASSERT_EQ(page->items.size(), 1U);
  EXPECT_EQ(page->items[0].number<int>("version"), 2);
  ASSERT_TRUE(page->next_after);
  EXPECT_FALSE(finder_.list(7, page->next_after)->next_after);
  EXPECT_EQ(input_of(0, "Scan"), R"({"TableName":"Seats","Limit":25,"ConsistentRead":true})");
  EXPECT_EQ(
      input_of(1, "Scan"),
      R"({"TableName":"Seats","Limit":7,"ConsistentRead":true,"ExclusiveStartKey":{"seatId":{"S":"1"}}})");
}

TEST_F(DynamoDbTables, QueriesAnIndex) {
  const IndexRange range{.index = "ByRow",
                         .partition_attribute = "row",
                         .partition = "A",
                         .sort_attribute = "place",
                         .prefix = "A1"};
  constexpr const char* key = R"({"seatId":{"S":"1"},"row":{"S":"A"},"place":{"S":"A17"}})";
  transport_.script = {output(fmt::format(R"({{"Items":[{}],"LastEvaluatedKey":{}}})", item(1, "A17"), key)),
                       output(R"({"Items":[]})")};
  const auto page = finder_.query(range, 7, std::nullopt);
  ASSERT_TRUE(page);
  ASSERT_TRUE(page->next_after);
  EXPECT_TRUE(finder_.query(range, 8, page->next_after));
  const std::string query =
      R"({"TableName":"Seats","IndexName":"ByRow",)"
      R"-("KeyConditionExpression":"#row = :_partition AND begins_with(#place, :_prefix)",)-"
      R"("ExpressionAttributeNames":{"#place":"place","#row":"row"},)"
      R"("ExpressionAttributeValues":{":_partition":{"S":"A"},":_prefix":{"S":"A1"}},"Limit":)";
  EXPECT_EQ(input_of(0, "Query"), query + "7}");
  EXPECT_EQ(input_of(1, "Query"), query + R"(8,"ExclusiveStartKey":)" + key + "}");
}

TEST_F(DynamoDbTables, FindsAUniqueValueByItsClaim) {
  transport_.script = {found(R"({"claim":{"S":"place#A7"},"seatId":{"S":"1"}})"), found(item(2))};
  EXPECT_THAT(finder_.find(place, "A7"), HasVersion(2));
  EXPECT_EQ(input_of(0, "GetItem"),
            R"({"TableName":"SeatClaims","Key":{"claim":{"S":"place#A7"}},"ConsistentRead":true})");
  EXPECT_EQ(input_of(1, "GetItem"),
            R"({"TableName":"Seats","Key":{"seatId":{"S":"1"}},"ConsistentRead":true})");
}

TEST_F(DynamoDbTables, DoesNotFindAValueThatIsReleasedMeanwhile) {
  const auto claim = found(R"({"claim":{"S":"place#A7"},"seatId":{"S":"1"}})");
  transport_.script = {claim, output("{}")};
  EXPECT_THAT(finder_.find(place, "A7"), IsError(Kind::not_found));
  transport_.script = {claim, found(item(2, "B2"))};
  EXPECT_THAT(finder_.find(place, "A7"), IsError(Kind::not_found));
}

TEST_F(DynamoDbTables, NeverPutsInputIntoAnExpression) {
  const std::string hostile = "xyzzy) OR attribute_exists(seatId";
  transport_.script = {output("{}"), condition_failed(item(1)), output("{}"), output(R"({"Items":[]})")};
  EXPECT_TRUE(creator_.create(seat(hostile, hostile)));
  EXPECT_TRUE(updater_.update("1", {.set = {{"place", hostile}}}, any_version));
  EXPECT_TRUE(finder_.query({"ByRow", "row", hostile, "place", hostile}, 7, std::nullopt));
  for (const auto& sent : transport_.sent) {
    EXPECT_THAT(*sent.body, HasSubstr("xyzzy"));
    for (std::size_t at = sent.body->find("Expression\":\""); at != std::string::npos;
         at = sent.body->find("Expression\":\"", at + 1)) {
      const auto begin = at + std::string_view("Expression\":\"").size();
      EXPECT_THAT(sent.body->substr(begin, sent.body->find('"', begin) - begin), Not(HasSubstr("xyzzy")));
    }
  }
}

// Idempotent creation

TEST_F(DynamoDbTables, AReplayReadsTheItemOfTheFirstRequest) {
  transport_.script = {cancelled({fine, refused(), refused(stored_record)}), found(item(2))};
  const auto replay = creator_.create_idempotent(seat("2", "A7"), record);
  ASSERT_TRUE(replay);
  ASSERT_TRUE(*replay);
  EXPECT_EQ((*replay)->item.number<int>("version"), 2);
  EXPECT_EQ(input_of(1, "GetItem"),
            R"({"TableName":"Seats","Key":{"seatId":{"S":"1"}},"ConsistentRead":true})");
}

TEST_F(DynamoDbTables, ReportsWhyAnIdempotentCreationFails) {
  const auto repeated = cancelled({fine, refused(), refused(stored_record)});
  http::IdempotencyRecord other = record;
  other.fingerprint = "f2";
  transport_.script = {repeated, output("{}")};
  EXPECT_THAT(creator_.create_idempotent(seat("2", "A7"), record), IsError(Kind::deleted));
  transport_.script = {repeated, exception(400, "AccessDeniedException")};
  EXPECT_THAT(creator_.create_idempotent(seat("2", "A7"), record), IsError(Kind::internal));
  transport_.script = {repeated};
  EXPECT_THAT(creator_.create_idempotent(seat("2", "A7"), other), IsError(Kind::idempotency_key_reused));
  transport_.script = {cancelled({fine, refused(), fine})};
  EXPECT_THAT(creator_.create_idempotent(seat("2", "A7"), record), IsError(Kind::taken));
  transport_.script = {cancelled({refused(item(1)), refused(), fine})};
  EXPECT_THAT(creator_.create_idempotent(seat("1", "A7"), record), IsError(Kind::exists));
  transport_.script = {cancelled({fine, fine, refused(R"({"claim":{"S":"once#d1"}})")})};
  EXPECT_THAT(creator_.create_idempotent(seat("2", "A7"), record), IsError(Kind::internal));
}

TEST_F(DynamoDbTables, WaitsForAConcurrentRequestWithTheSameRecord) {
  transport_.script = {cancelled({fine, refused(), conflict}),
                       cancelled({fine, refused(), refused(stored_record)}), found(item(1))};
  EXPECT_TRUE(creator_.create_idempotent(seat("2", "A7"), record));
}

// Changing a unique value

TEST_F(DynamoDbTables, MovesInATransactionOnceTheVersionIsKnown) {
  transport_.script = {condition_failed(item(3)), output("{}")};
  const auto moved = move();
  EXPECT_THAT(moved, HasVersion(4));
  EXPECT_EQ(moved->item.string("place"), "B2");
  EXPECT_EQ(moved->item.number<int>("price"), 25);
  EXPECT_EQ(moved->item.string("writeToken"), token_2);
  EXPECT_EQ(input_of(1, "TransactWriteItems"),
            transaction(token_2, {moving(3, "A7", "B2", token_2), claiming("B2"), releasing("A7")}));
}

TEST_F(DynamoDbTables, RetriesAMoveAfterAnotherWriter) {
  transport_.script = {condition_failed(item(3)), cancelled({refused(item(4, "C3")), fine, fine}),
                       output("{}")};
  EXPECT_THAT(move(), HasVersion(5));
  EXPECT_EQ(input_of(2, "TransactWriteItems"),
            transaction(token_3, {moving(4, "C3", "B2", token_3), claiming("B2"), releasing("C3")}));
}

TEST_F(DynamoDbTables, DoesNotMoveAnItemThatChangedOrDisappearedMeanwhile) {
  transport_.script = {condition_failed(item(3)), cancelled({refused(item(4)), refused(), fine})};
  EXPECT_THAT(move({.list = {{3}}}), IsError(Kind::version_mismatch));
  transport_.script = {condition_failed(item(3)), cancelled({refused(), refused(), fine})};
  EXPECT_THAT(move(), IsError(Kind::not_found));
  transport_.script = {condition_failed(item(4))};
  EXPECT_THAT(move({.list = {{3}}}), IsError(Kind::version_mismatch));
}

TEST_F(DynamoDbTables, DoesNotMoveToATakenValue) {
  transport_.script = {condition_failed(item(3)), cancelled({fine, refused(), fine})};
  const auto moved = move();
  ASSERT_THAT(moved, IsError(Kind::taken));
  EXPECT_EQ(moved.error().attribute, "place");
}

TEST_F(DynamoDbTables, DoesNotReleaseAClaimThatAnotherItemHolds) {
  // Items that are older than the claims may share a value.
  transport_.script = {condition_failed(item(3)), cancelled({fine, fine, refused()}), output("{}")};
  EXPECT_THAT(move(), HasVersion(4));
  EXPECT_EQ(input_of(2, "TransactWriteItems"),
            transaction(token_3, {moving(3, "A7", "B2", token_3), claiming("B2")}));
}

TEST_F(DynamoDbTables, ReleasesTheValueThatItReadLast) {
  transport_.script = {condition_failed(item(3)), cancelled({fine, fine, refused()}),
                       cancelled({refused(item(4, "C3")), fine}), output("{}")};
  EXPECT_TRUE(move());
  EXPECT_THAT(input_of(3, "TransactWriteItems"), HasSubstr(releasing("C3")));
}

TEST_F(DynamoDbTables, GivesUpAMoveAfterRepeatedChangesByOtherWriters) {
  transport_.script = {condition_failed(item(3))};
  for (int version = 4; version < 9; ++version)
    transport_.script.emplace_back(cancelled({refused(item(version)), fine, fine}));
  EXPECT_THAT(move(), IsError(Kind::unavailable));
}

TEST_F(DynamoDbTables, StartsAgainWhenAMigrationAddsAUniqueAttribute) {
  // The migration does not change the version, so a check of the version alone would leave the old claim
  // behind.
  constexpr const char* old_item = R"({"seatId":{"S":"1"},"price":{"N":"25"},"version":{"N":"3"}})";
  transport_.script = {condition_failed(old_item), cancelled({refused(item(3)), fine}), output("{}")};
  EXPECT_THAT(move(), HasVersion(4));
  EXPECT_THAT(input_of(1, "TransactWriteItems"), HasSubstr("AND attribute_not_exists(#place)"));
  EXPECT_EQ(input_of(2, "TransactWriteItems"),
            transaction(token_3, {moving(3, "A7", "B2", token_3), claiming("B2"), releasing("A7")}));
}

// Removing

TEST_F(DynamoDbTables, RemovesAnItemAndItsClaimInOneTransaction) {
  transport_.script = {found(item(3)), output("{}")};
  EXPECT_THAT(remover_.remove("1", {.list = {{3, 7}}}), HasVersion(3));
  EXPECT_EQ(input_of(0, "GetItem"),
            R"({"TableName":"Seats","Key":{"seatId":{"S":"1"}},"ConsistentRead":true})");
  EXPECT_EQ(input_of(1, "TransactWriteItems"), transaction(token_1, {deleting(3), releasing("A7")}));
}

TEST_F(DynamoDbTables, RetriesARemovalAfterAnotherWriter) {
  transport_.script = {found(item(3)), cancelled({refused(item(4, "C3")), fine}), output("{}")};
  EXPECT_THAT(remover_.remove("1", any_version), HasVersion(4));
  EXPECT_EQ(input_of(2, "TransactWriteItems"), transaction(token_2, {deleting(4, "C3"), releasing("C3")}));
}

TEST_F(DynamoDbTables, DoesNotRemoveAnItemThatChangedOrDisappearedMeanwhile) {
  transport_.script = {found(item(3)), cancelled({refused(item(4)), fine})};
  EXPECT_THAT(remover_.remove("1", {.list = {{3}}}), IsError(Kind::version_mismatch));
  transport_.script = {found(item(3)), cancelled({refused(), fine})};
  EXPECT_THAT(remover_.remove("1", any_version), IsError(Kind::not_found));
}

TEST_F(DynamoDbTables, RemovesAnItemWhoseValueAnotherItemHolds) {
  transport_.script = {found(item(3)), cancelled({fine, refused()}), output("{}")};
  EXPECT_THAT(remover_.remove("1", any_version), HasVersion(3));
  EXPECT_EQ(input_of(2, "TransactWriteItems"), transaction(token_2, {deleting(3)}));
}

// A conflict leaves the result of a condition unknown

TEST_F(DynamoDbTables, AConflictTakesPrecedenceOverAFailedCondition) {
  for (int i = 0; i < max_attempts_after_conflict; ++i)
    transport_.script.emplace_back(cancelled({fine, refused(), conflict}));
  EXPECT_THAT(creator_.create_idempotent(seat("1", "A7"), record), IsError(Kind::unavailable));
  transport_.script = {condition_failed(item(3))};
  for (int i = 0; i < max_attempts_after_conflict; ++i)
    transport_.script.emplace_back(cancelled({conflict, refused(), fine}));
  EXPECT_THAT(move(), IsError(Kind::unavailable));
  deadline_.set(clock_.now() + milliseconds(151));
  transport_.script = {cancelled({fine, refused(), conflict})};
  EXPECT_THAT(creator_.create_idempotent(seat("1", "A7"), record), IsError(Kind::unavailable));
}

// Lost responses

TEST_F(DynamoDbTables, RetriesATransactionWithTheSameToken) {
  transport_.script = {response_lost(), exception(400, "TransactionInProgressException"), output("{}")};
  EXPECT_TRUE(creator_.create(seat("1", "A7")));
  ASSERT_EQ(transport_.sent.size(), 3U);
  EXPECT_EQ(transport_.sent[0].body, transport_.sent[1].body);
  EXPECT_EQ(transport_.sent[0].body, transport_.sent[2].body);
}

TEST_F(DynamoDbTables, ReportsAFailedConditionOfATransactionAfterALostResponse) {
  // DynamoDB would have recognized the token of a first attempt that was carried out.
  transport_.script = {response_lost(), cancelled({fine, refused()})};
  EXPECT_THAT(creator_.create(seat("1", "A7")), IsError(Kind::taken));
}

TEST_F(DynamoDbTables, RecognizesItsOwnUpdateAfterALostResponse) {
  transport_.script = {exception(500, "InternalServerError"), condition_failed(item(2, "A7", token_1))};
  EXPECT_THAT(set_price({.list = {{1}}}), HasVersion(2));
  ASSERT_EQ(transport_.sent.size(), 2U);
  EXPECT_EQ(transport_.sent[0].body, transport_.sent[1].body);
}

TEST_F(DynamoDbTables, UsesADifferentTokenForEachWrite) {
  transport_.script = {output(fmt::format(R"({{"Attributes":{}}})", item(2, "A7", token_1))), response_lost(),
                       condition_failed(item(3, "A7", token_2))};
  EXPECT_THAT(set_price(), HasVersion(2));
  EXPECT_THAT(set_price(), HasVersion(3));
}

TEST_F(DynamoDbTables, DoesNotGuessTheOutcomeOfAnUpdateWhoseResponseWasLost) {
  // The first attempt may have been carried out, and another writer may have changed or removed the item
  // since.
  for (const auto& refusal : {condition_failed(item(3)), condition_failed()}) {
    transport_.script = {response_lost(), refusal};
    EXPECT_THAT(set_price({.list = {{1}}}), IsError(Kind::unavailable));
  }
}

TEST_F(DynamoDbTables, DoesNotGuessTheOutcomeOfAMoveWhoseResponseWasLost) {
  // The first attempt may have moved the seat, and other writers may have moved or removed it and taken its
  // place since.
  for (const auto& refusal : {cancelled({fine, refused(), fine}), cancelled({refused(), fine, fine})}) {
    transport_.script = {response_lost(), condition_failed(item(3)), refusal};
    EXPECT_THAT(move(), IsError(Kind::unavailable));
  }
  transport_.script = {response_lost(), condition_failed(item(3)), cancelled({refused(item(4)), fine, fine})};
  EXPECT_THAT(move({.list = {{3}}}), IsError(Kind::unavailable));
}

TEST_F(DynamoDbTables, ReportsTheFailureOfAMoveWhoseResponseWasLost) {
  transport_.script = {response_lost(), condition_failed(item(3)), exception(400, "AccessDeniedException")};
  EXPECT_THAT(move(), IsError(Kind::internal));
  transport_.script = {response_lost(), condition_failed(unreadable_item)};
  EXPECT_THAT(move(), IsError(Kind::internal));
  transport_.script = {response_lost(), condition_failed(item(3)), not_sent(), not_sent(), not_sent(),
                       not_sent()};
  const auto moved = move();
  ASSERT_THAT(moved, IsError(Kind::unavailable));
  EXPECT_THAT(moved.error().cause, HasSubstr("connection refused"));
}

TEST_F(DynamoDbTables, KnowsTheOutcomeWhenTheFirstAttemptHadNoEffect) {
  for (const auto& first : {not_sent(), ScriptedTransport::Outcome(throttled())}) {
    transport_.script = {first, condition_failed(item(3))};
    EXPECT_THAT(set_price({.list = {{1}}}), IsError(Kind::version_mismatch));
  }
}

// Failures

TEST_F(DynamoDbTables, IsUnavailableWhenDynamoDbIsUnavailable) {
  for (const auto& failure : {not_sent(), response_lost(), ScriptedTransport::Outcome(throttled())}) {
    const auto fail = [&] { transport_.script = {failure, failure, failure, failure}; };
    fail();
    EXPECT_THAT(creator_.create(seat("1", "A7")), IsError(Kind::unavailable));
    fail();
    EXPECT_THAT(reader_.get("1"), IsError(Kind::unavailable));
    fail();
    EXPECT_THAT(set_price(), IsError(Kind::unavailable));
    fail();
    EXPECT_THAT(remover_.remove("1", any_version), IsError(Kind::unavailable));
    fail();
    EXPECT_THAT(finder_.list(1, std::nullopt), IsError(Kind::unavailable));
    fail();
    EXPECT_THAT(finder_.find(place, "A7"), IsError(Kind::unavailable));
  }
}

TEST_F(DynamoDbTables, FailsWhenDynamoDbRejectsARequest) {
  const auto rejection = exception(400, "ResourceNotFoundException");
  transport_.script = {rejection, rejection, rejection, rejection, rejection};
  EXPECT_THAT(creator_.create(seat("1", "A7")), IsError(Kind::internal));
  EXPECT_THAT(reader_.get("1"), IsError(Kind::internal));
  EXPECT_THAT(set_price(), IsError(Kind::internal));
  EXPECT_THAT(remover_.remove("1", any_version), IsError(Kind::internal));
  EXPECT_THAT(finder_.list(1, std::nullopt), IsError(Kind::internal));
}

TEST_F(DynamoDbTables, NeitherRemovesNorMovesAnItemThatTheDomainCannotRead) {
  transport_.script = {found(unreadable_item), condition_failed(unreadable_item)};
  EXPECT_THAT(remover_.remove("1", any_version), IsError(Kind::internal));
  EXPECT_THAT(move(), IsError(Kind::internal));
  EXPECT_EQ(transport_.sent.size(), 2U) << "nothing was written";
}

TEST_F(DynamoDbTables, FailsOnInvalidResponses) {
  transport_.script = {condition_failed(R"({"place":{"S":"A7"}})")};
  EXPECT_THAT(move(), IsError(Kind::internal)) << "no version";
  transport_.script = {found(R"({"seatId":{"S":"1"}})")};
  EXPECT_THAT(remover_.remove("1", any_version), IsError(Kind::internal)) << "no version";
  transport_.script = {output("{}")};
  EXPECT_THAT(finder_.list(1, std::nullopt), IsError(Kind::internal)) << "no items";
  transport_.script = {output(R"({"Items":[],"LastEvaluatedKey":{"price":{"N":"1"}}})")};
  EXPECT_THAT(finder_.list(1, std::nullopt), IsError(Kind::internal)) << "no key";
  transport_.script = {output(R"({"Items":[],"LastEvaluatedKey":{"seatId":{"S":"1"}}})")};
  EXPECT_THAT(finder_.query({"ByRow", "row", "A", "place", "A"}, 1, std::nullopt), IsError(Kind::internal))
      << "no sort key";
  transport_.script = {found(R"({"claim":{"S":"place#A7"}})")};
  EXPECT_THAT(finder_.find(place, "A7"), IsError(Kind::internal)) << "no holder";
}

}  // namespace
}  // namespace serverless::dynamodb::testing
