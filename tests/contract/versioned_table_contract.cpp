#include "tests/contract/versioned_table_contract.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <set>

#include "tests/support/fakes.h"

namespace serverless::testing {
namespace {

using dynamodb::Attributes;
using dynamodb::Item;
using dynamodb::ItemChange;
using dynamodb::ItemPage;
using dynamodb::Position;
using dynamodb::TableResult;
using Kind = dynamodb::TableError::Kind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const http::VersionSet any_version{};

http::VersionSet versions(std::vector<std::int64_t> list) {
  return {.list = std::move(list)};
}

ItemChange new_price(std::int64_t price) {
  return {.set = {{"price", price}}};
}

ItemChange move_to(const std::string& place_name) {
  return {.set = {{"place", place_name}, {"row", place_name.substr(0, 1)}}};
}

http::IdempotencyRecord record(std::string fingerprint) {
  const Instant now = FakeClock().now();
  return {.digest = "digest",
          .fingerprint = std::move(fingerprint),
          .requested_at = now,
          .expires_at = now + std::chrono::hours(1)};
}

std::string text_of(const Item& item) {
  return fmt::format("{} {} {} {}", item.string("seatId").value_or("-"), item.string("place").value_or("-"),
                     item.number<int>("price").value_or(0), item.number<int>("version").value_or(0));
}

/// Matches a seat with this id, place, price and version.
MATCHER_P4(IsSeat, id, place_name, price, version, "") {
  if (!arg) {
    *result_listener << "an error: " << static_cast<int>(arg.error().kind) << " " << arg.error().cause;
    return false;
  }
  *result_listener << text_of(arg->item);
  return text_of(arg->item) == fmt::format("{} {} {} {}", id, place_name, price, version);
}

/// Matches an error of this kind.
MATCHER_P(IsError, kind, "") {
  if (arg) {
    *result_listener << "not an error";
    return false;
  }
  *result_listener << static_cast<int>(arg.error().kind) << " " << arg.error().cause;
  return arg.error().kind == kind;
}

/// Matches the error for a place that another item has.
MATCHER(IsPlaceTaken, "") {
  return !arg && arg.error().kind == Kind::taken && arg.error().attribute == "place";
}

TEST_P(VersionedTableContract, ReturnsTheCreatedItem) {
  ASSERT_TRUE(table().creator.create(seat("1", "A7")));
  EXPECT_THAT(table().reader.get("1"), IsSeat("1", "A7", 25, 1));
}

TEST_P(VersionedTableContract, KeepsTextUnchanged) {
  const std::string text = "A 名前 👩🏽‍🚀 \"quoted\" \\ <&>";
  ASSERT_TRUE(table().creator.create(seat("1", text)));
  EXPECT_EQ(table().reader.get("1")->item.string("place"), text);
}

TEST_P(VersionedTableContract, DoesNotFindAnItemThatWasNeverCreated) {
  EXPECT_THAT(table().reader.get("1"), IsError(Kind::not_found));
}

TEST_P(VersionedTableContract, RejectsASecondItemWithTheSameKey) {
  ASSERT_TRUE(table().creator.create(seat("1", "A7")));
  EXPECT_THAT(table().creator.create(seat("1", "B2")), IsError(Kind::exists));
  EXPECT_THAT(table().reader.get("1"), IsSeat("1", "A7", 25, 1));
}

TEST_P(VersionedTableContract, RejectsASecondItemWithTheSameUniqueValue) {
  ASSERT_TRUE(table().creator.create(seat("1", "A7")));
  EXPECT_THAT(table().creator.create(seat("2", "A7")), IsPlaceTaken());
  EXPECT_THAT(table().reader.get("2"), IsError(Kind::not_found));
  EXPECT_TRUE(table().creator.create(seat("2", "A8")));
}

// Idempotent creation

/// Matches the creation of a new item.
MATCHER(IsNew, "") {
  return arg.has_value() && !arg->has_value();
}

/// Matches the item that an earlier request created.
MATCHER_P(IsReplayOf, seat_text, "") {
  if (!arg || !*arg) return false;
  *result_listener << text_of((*arg)->item);
  return text_of((*arg)->item) == seat_text;
}

TEST_P(VersionedTableContract, CreatesOneItemPerIdempotencyRecord) {
  EXPECT_THAT(table().creator.create_idempotent(seat("1", "A7"), record("f")), IsNew());
  EXPECT_THAT(table().creator.create_idempotent(seat("2", "A7"), record("f")), IsReplayOf("1 A7 25 1"));
  EXPECT_THAT(table().creator.create_idempotent(seat("3", "B2"), record("f")), IsReplayOf("1 A7 25 1"));
  EXPECT_THAT(table().reader.get("2"), IsError(Kind::not_found));
  EXPECT_TRUE(table().creator.create(seat("3", "B2"))) << "the replay did not claim the place";
}

TEST_P(VersionedTableContract, AReplayReturnsTheCurrentItem) {
  ASSERT_TRUE(table().creator.create_idempotent(seat("1", "A7"), record("f")));
  ASSERT_TRUE(table().updater.update("1", move_to("C1"), any_version));
  EXPECT_THAT(table().creator.create_idempotent(seat("2", "A7"), record("f")), IsReplayOf("1 C1 25 2"));
}

TEST_P(VersionedTableContract, RejectsAnotherFingerprintForARecord) {
  ASSERT_TRUE(table().creator.create_idempotent(seat("1", "A7"), record("f")));
  EXPECT_THAT(table().creator.create_idempotent(seat("2", "B2"), record("g")),
              IsError(Kind::idempotency_key_reused));
  EXPECT_THAT(table().creator.create_idempotent(seat("2", "A7"), record("g")),
              IsError(Kind::idempotency_key_reused));
  EXPECT_THAT(table().reader.get("2"), IsError(Kind::not_found));
}

TEST_P(VersionedTableContract, ARecordOutlivesItsItem) {
  ASSERT_TRUE(table().creator.create_idempotent(seat("1", "A7"), record("f")));
  ASSERT_TRUE(table().remover.remove("1", any_version));
  EXPECT_THAT(table().creator.create_idempotent(seat("2", "A7"), record("f")), IsError(Kind::deleted));
  EXPECT_THAT(table().creator.create_idempotent(seat("2", "A7"), record("g")),
              IsError(Kind::idempotency_key_reused));
}

TEST_P(VersionedTableContract, AFailedCreationLeavesTheRecordUnused) {
  ASSERT_TRUE(table().creator.create(seat("1", "A7")));
  EXPECT_THAT(table().creator.create_idempotent(seat("2", "A7"), record("f")), IsPlaceTaken());
  EXPECT_THAT(table().creator.create_idempotent(seat("2", "B2"), record("g")), IsNew());
}

TEST_P(VersionedTableContract, AnExpiredRecordHasNoEffect) {
  ASSERT_TRUE(table().creator.create_idempotent(seat("1", "A7"), record("f")));
  http::IdempotencyRecord later = record("g");
  later.requested_at = record("f").expires_at - milliseconds(1000);
  EXPECT_THAT(table().creator.create_idempotent(seat("2", "B2"), later),
              IsError(Kind::idempotency_key_reused));
  later.requested_at = record("f").expires_at;
  later.expires_at = later.requested_at + std::chrono::hours(1);
  EXPECT_THAT(table().creator.create_idempotent(seat("2", "B2"), later), IsNew());
  EXPECT_THAT(table().creator.create_idempotent(seat("3", "C3"), later), IsReplayOf("2 B2 25 1"));
}

// Updating

TEST_P(VersionedTableContract, UpdateSetsAttributesAndIncreasesTheVersion) {
  ASSERT_TRUE(table().creator.create(seat("1", "A7")));
  EXPECT_THAT(table().updater.update("1", new_price(30), any_version), IsSeat("1", "A7", 30, 2));
  EXPECT_THAT(table().reader.get("1"), IsSeat("1", "A7", 30, 2));
}

TEST_P(VersionedTableContract, UpdateRemovesAttributes) {
  Attributes item = seat("1", "A7");
  item.push_back({"note", "aisle"});
  item.push_back({"label", "red"});
  ASSERT_TRUE(table().creator.create(item));
  const auto updated = table().updater.update("1", {.set = {}, .remove = {"note", "label"}}, any_version);
  ASSERT_THAT(updated, IsSeat("1", "A7", 25, 2));
  EXPECT_FALSE(updated->item.has("note"));
  EXPECT_FALSE(table().reader.get("1")->item.has("label"));
}

TEST_P(VersionedTableContract, UpdateToTheSameValuesCountsAsAChange) {
  ASSERT_TRUE(table().creator.create(seat("1", "A7")));
  EXPECT_THAT(table().updater.update("1", new_price(25), any_version), IsSeat("1", "A7", 25, 2));
}

TEST_P(VersionedTableContract, UpdateNeverCreates) {
  for (const auto& condition : {any_version, versions({1}), versions({})})
    EXPECT_THAT(table().updater.update("1", new_price(30), condition), IsError(Kind::not_found));
  EXPECT_THAT(table().reader.get("1"), IsError(Kind::not_found));
}

TEST_P(VersionedTableContract, UpdateChangesOnlyAnAllowedVersion) {
  ASSERT_TRUE(table().creator.create(seat("1", "A7")));
  EXPECT_THAT(table().updater.update("1", new_price(30), versions({2, 3})), IsError(Kind::version_mismatch));
  EXPECT_THAT(table().updater.update("1", new_price(30), versions({})), IsError(Kind::version_mismatch));
  EXPECT_THAT(table().updater.update("1", new_price(30), versions({7, 1, 9})), IsSeat("1", "A7", 30, 2));
  EXPECT_THAT(table().updater.update("1", new_price(40), versions({1})), IsError(Kind::version_mismatch));
}

TEST_P(VersionedTableContract, UpdateAcceptsAHundredVersions) {
  ASSERT_TRUE(table().creator.create(seat("1", "A7")));
  std::vector<std::int64_t> hundred(100);
  for (std::size_t i = 0; i < hundred.size(); ++i) hundred[i] = static_cast<std::int64_t>(100 - i);
  EXPECT_TRUE(table().updater.update("1", new_price(30), versions(hundred)));
}

TEST_P(VersionedTableContract, UpdateMovesToAFreeUniqueValue) {
  Attributes item = seat("1", "A7");
  item.push_back({"note", "aisle"});
  ASSERT_TRUE(table().creator.create(item));
  const ItemChange change{.set = {{"place", "B2"}, {"row", "B"}, {"price", 30}}, .remove = {"note"}};
  const auto moved = table().updater.update("1", change, versions({1}));
  EXPECT_THAT(moved, IsSeat("1", "B2", 30, 2));
  EXPECT_FALSE(moved->item.has("note"));
  const auto stored = table().reader.get("1");
  EXPECT_THAT(stored, IsSeat("1", "B2", 30, 2));
  EXPECT_FALSE(stored->item.has("note"));
  EXPECT_THAT(table().creator.create(seat("2", "B2")), IsPlaceTaken());
  EXPECT_TRUE(table().creator.create(seat("2", "A7"))) << "the old value is available immediately";
}

TEST_P(VersionedTableContract, UpdateMovesBackToAReleasedValue) {
  ASSERT_TRUE(table().creator.create(seat("1", "A7")));
  ASSERT_TRUE(table().updater.update("1", move_to("B2"), any_version));
  EXPECT_THAT(table().updater.update("1", move_to("A7"), any_version), IsSeat("1", "A7", 25, 3));
  EXPECT_TRUE(table().creator.create(seat("2", "B2")));
}

TEST_P(VersionedTableContract, UpdateToItsOwnUniqueValueIsAllowed) {
  ASSERT_TRUE(table().creator.create(seat("1", "A7")));
  EXPECT_THAT(table().updater.update("1", move_to("A7"), any_version), IsSeat("1", "A7", 25, 2));
  EXPECT_THAT(table().creator.create(seat("2", "A7")), IsPlaceTaken());
}

TEST_P(VersionedTableContract, UpdateToATakenValueChangesNothing) {
  ASSERT_TRUE(table().creator.create(seat("1", "A7")));
  ASSERT_TRUE(table().creator.create(seat("2", "B2")));
  EXPECT_THAT(table().updater.update("1", move_to("B2"), any_version), IsPlaceTaken());
  EXPECT_THAT(table().reader.get("1"), IsSeat("1", "A7", 25, 1));
  EXPECT_THAT(table().creator.create(seat("3", "A7")), IsPlaceTaken()) << "the first seat keeps its place";
}

TEST_P(VersionedTableContract, UpdateChecksTheVersionBeforeTheUniqueValue) {
  ASSERT_TRUE(table().creator.create(seat("1", "A7")));
  ASSERT_TRUE(table().creator.create(seat("2", "B2")));
  EXPECT_THAT(table().updater.update("1", move_to("B2"), versions({2})), IsError(Kind::version_mismatch));
  EXPECT_THAT(table().updater.update("3", move_to("B2"), any_version), IsError(Kind::not_found));
}

TEST_P(VersionedTableContract, UpdateThatRemovesAUniqueAttributeFreesItsValue) {
  ASSERT_TRUE(table().creator.create(seat("1", "A7")));
  const auto updated = table().updater.update("1", {.set = {{"row", "-"}}, .remove = {"place"}}, any_version);
  ASSERT_TRUE(updated);
  EXPECT_FALSE(updated->item.has("place"));
  EXPECT_THAT(table().finder.find(place, "A7"), IsError(Kind::not_found));
  EXPECT_TRUE(table().creator.create(seat("2", "A7")));
}

// Removing

TEST_P(VersionedTableContract, RemoveReturnsTheItemAndFreesItsUniqueValue) {
  ASSERT_TRUE(table().creator.create(seat("1", "A7")));
  EXPECT_THAT(table().remover.remove("1", any_version), IsSeat("1", "A7", 25, 1));
  EXPECT_THAT(table().reader.get("1"), IsError(Kind::not_found));
  EXPECT_TRUE(table().creator.create(seat("2", "A7")));
}

TEST_P(VersionedTableContract, RemoveDeletesOnlyAnAllowedVersion) {
  ASSERT_TRUE(table().creator.create(seat("1", "A7")));
  EXPECT_THAT(table().remover.remove("1", versions({2})), IsError(Kind::version_mismatch));
  EXPECT_THAT(table().remover.remove("1", versions({})), IsError(Kind::version_mismatch));
  EXPECT_THAT(table().reader.get("1"), IsSeat("1", "A7", 25, 1));
  EXPECT_TRUE(table().remover.remove("1", versions({1})));
}

TEST_P(VersionedTableContract, RemoveOfAMissingItemIsNotFoundForAnyCondition) {
  for (const auto& condition : {any_version, versions({1}), versions({})})
    EXPECT_THAT(table().remover.remove("1", condition), IsError(Kind::not_found));
}

// Items that the domain cannot read

/// Returns a seat without a price.
Attributes unreadable_seat() {
  return {{"seatId", "1"}, {"place", "A7"}, {"row", "A"}, {"version", 1}};
}

TEST_P(VersionedTableContract, ReturnsAnUnreadableItem) {
  ASSERT_THAT(table().creator.create_idempotent(unreadable_seat(), record("f")), IsNew());
  EXPECT_THAT(table().reader.get("1"), IsSeat("1", "A7", 0, 1));
  EXPECT_THAT(table().finder.find(place, "A7"), IsSeat("1", "A7", 0, 1));
  EXPECT_THAT(table().creator.create_idempotent(seat("2", "B2"), record("f")), IsReplayOf("1 A7 0 1"));
}

TEST_P(VersionedTableContract, UpdateThatKeepsTheUniqueValuesChangesAnUnreadableItem) {
  ASSERT_TRUE(table().creator.create(unreadable_seat()));
  EXPECT_THAT(table().updater.update("1", move_to("A7"), any_version), IsSeat("1", "A7", 0, 2));
  EXPECT_THAT(table().updater.update("1", new_price(30), any_version), IsSeat("1", "A7", 30, 3));
}

TEST_P(VersionedTableContract, AnUnreadableItemIsNeitherMovedNorRemoved) {
  ASSERT_TRUE(table().creator.create(unreadable_seat()));
  ASSERT_TRUE(table().creator.create(seat("2", "B2")));
  EXPECT_THAT(table().updater.update("1", move_to("C3"), any_version), IsError(Kind::internal));
  EXPECT_THAT(table().updater.update("1", move_to("B2"), any_version), IsError(Kind::internal));
  EXPECT_THAT(table().updater.update("1", {.set = {}, .remove = {"place"}}, any_version),
              IsError(Kind::internal));
  EXPECT_THAT(table().remover.remove("1", any_version), IsError(Kind::internal));
  EXPECT_THAT(table().reader.get("1"), IsSeat("1", "A7", 0, 1));
  EXPECT_THAT(table().creator.create(seat("3", "A7")), IsPlaceTaken());
}

TEST_P(VersionedTableContract, ChecksTheVersionBeforeItReportsAnUnreadableItem) {
  ASSERT_TRUE(table().creator.create(unreadable_seat()));
  EXPECT_THAT(table().updater.update("1", move_to("C3"), versions({2})), IsError(Kind::version_mismatch));
  EXPECT_THAT(table().remover.remove("1", versions({2})), IsError(Kind::version_mismatch));
}

// Listing and finding

/// Follows the pages of a listing to its end, and calls `between` after each page.
template <typename List, typename Between>
std::vector<std::string> follow_pages(int limit, List list, Between between) {
  std::vector<std::string> ids;
  std::optional<Position> after;
  do {
    const TableResult<ItemPage> page = list(limit, after);
    EXPECT_TRUE(page);
    if (!page) break;
    EXPECT_LE(page->items.size(), static_cast<std::size_t>(limit));
    for (const Item& item : page->items) ids.emplace_back(item.string("seatId").value());
    after = page->next_after;
    between(*page);
  } while (after);
  return ids;
}

std::multiset<std::string> create_seats(TablePorts table, int count) {
  std::multiset<std::string> ids;
  for (int i = 0; i < count; ++i) {
    const std::string id = fmt::format("seat-{:02}", i);
    EXPECT_TRUE(table.creator.create(seat(id, fmt::format("A{}", i))));
    ids.insert(id);
  }
  return ids;
}

template <typename Between>
std::multiset<std::string> list_all(TablePorts table, int limit, Between between) {
  const auto ids = follow_pages(
      limit, [&](int most, const auto& after) { return table.finder.list(most, after); }, between);
  return {ids.begin(), ids.end()};
}

std::vector<std::string> query(TablePorts table, const std::string& prefix, int limit) {
  const dynamodb::IndexRange range{.index = seats_by_row.name,
                                   .partition_attribute = seats_by_row.partition_key,
                                   .partition = prefix.substr(0, 1),
                                   .sort_attribute = seats_by_row.sort_key,
                                   .prefix = prefix};
  return follow_pages(
      limit, [&](int most, const auto& after) { return table.finder.query(range, most, after); },
      [](const ItemPage&) {});
}

TEST_P(VersionedTableContract, AnEmptyTableHasOneEmptyPage) {
  const auto page = table().finder.list(25, std::nullopt);
  ASSERT_TRUE(page);
  EXPECT_THAT(page->items, IsEmpty());
  EXPECT_FALSE(page->next_after);
}

TEST_P(VersionedTableContract, PagesContainEveryItemExactlyOnce) {
  const auto all = create_seats(table(), 13);
  for (const int limit : {1, 2, 5, 13, 14, 100})
    EXPECT_EQ(list_all(table(), limit, [](const ItemPage&) {}), all) << "limit " << limit;
}

TEST_P(VersionedTableContract, AListingContinuesAfterAnItemThatWasRemoved) {
  const auto all = create_seats(table(), 10);
  const auto remove_last = [&](const ItemPage& page) {
    if (page.items.empty()) return;
    EXPECT_TRUE(table().remover.remove(page.items.back().string("seatId").value(), any_version));
  };
  EXPECT_EQ(list_all(table(), 3, remove_last), all);
}

TEST_P(VersionedTableContract, QueriesAnIndexByPrefixInOrder) {
  for (const auto& [id, place_name] : {std::pair("3", "A2"), {"1", "A11"}, {"2", "A1"}, {"4", "B1"}})
    ASSERT_TRUE(table().creator.create(seat(id, place_name)));
  for (const int limit : {1, 2, 100}) {
    EXPECT_THAT(query(table(), "A", limit), ElementsAre("2", "1", "3")) << "limit " << limit;
    EXPECT_THAT(query(table(), "A1", limit), ElementsAre("2", "1"));
    EXPECT_THAT(query(table(), "C", limit), IsEmpty());
  }
}

TEST_P(VersionedTableContract, AnIndexReflectsUpdatesAndRemovals) {
  ASSERT_TRUE(table().creator.create(seat("1", "A7")));
  ASSERT_TRUE(table().updater.update("1", move_to("B2"), any_version));
  EXPECT_THAT(query(table(), "A", 10), IsEmpty());
  EXPECT_THAT(query(table(), "B", 10), ElementsAre("1"));
  ASSERT_TRUE(table().remover.remove("1", any_version));
  EXPECT_THAT(query(table(), "B", 10), IsEmpty());
}

TEST_P(VersionedTableContract, FindsTheItemWithAUniqueValue) {
  ASSERT_TRUE(table().creator.create(seat("1", "A7")));
  ASSERT_TRUE(table().creator.create(seat("2", "B2")));
  EXPECT_THAT(table().finder.find(place, "B2"), IsSeat("2", "B2", 25, 1));
  EXPECT_THAT(table().finder.find(place, "C3"), IsError(Kind::not_found));
  ASSERT_TRUE(table().updater.update("2", move_to("C3"), any_version));
  EXPECT_THAT(table().finder.find(place, "B2"), IsError(Kind::not_found));
  EXPECT_THAT(table().finder.find(place, "C3"), IsSeat("2", "C3", 25, 2));
  ASSERT_TRUE(table().remover.remove("2", any_version));
  EXPECT_THAT(table().finder.find(place, "C3"), IsError(Kind::not_found));
}

}  // namespace
}  // namespace serverless::testing
