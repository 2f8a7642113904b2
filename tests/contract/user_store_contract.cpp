#include "tests/contract/user_store_contract.h"

#include <gmock/gmock.h>

#include <set>

#include "tests/support/fakes.h"
#include "tests/support/matchers.h"

namespace users::testing {
namespace {

using Kind = Problem::Kind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

constexpr VersionCondition any_version{};

VersionCondition versions(std::vector<std::int64_t> list) {
  return {.any_of = std::move(list)};
}

Instant later() {
  return ada().updated_at + milliseconds(1500);
}

UserId somebody_else() {
  return *UserId::parse("00000000-0000-4000-8000-00000000dead");
}

User bob_with(std::string email) {
  User bob = ada();
  bob.id = *UserId::parse("b0b00000-0000-4000-8000-000000000001");
  bob.name = "Bob";
  bob.email = std::move(email);
  return bob;
}

MATCHER(IsEmailTaken, "") {
  return !arg.has_value() && arg.error().kind == Kind::conflict && arg.error().errors.size() == 1 &&
         arg.error().errors[0].field == "email" && arg.error().errors[0].code == "taken";
}

MATCHER_P(IsUser, user, "") {
  if (!arg.has_value()) return *result_listener << arg.error().detail << " " << arg.error().cause, false;
  *result_listener << to_json(*arg);
  return *arg == user;
}

TEST_P(UserStoreContract, GivesBackWhatWasCreated) {
  EXPECT_THAT(store().create(ada()), IsUser(ada()));
  EXPECT_THAT(store().get(ada().id), IsUser(ada()));
}

TEST_P(UserStoreContract, KeepsAUserWithoutAnAge) {
  User user = ada();
  user.age = std::nullopt;
  ASSERT_THAT(store().create(user), IsUser(user));
  EXPECT_THAT(store().get(user.id), IsUser(user));
}

TEST_P(UserStoreContract, KeepsTextWhole) {
  User user = ada();
  user.name = "José 名前 👩🏽‍🚀 \"quoted\" \\ <&>";
  user.email = "o'hara+{tag}@example.com";
  ASSERT_THAT(store().create(user), IsUser(user));
  EXPECT_THAT(store().get(user.id), IsUser(user));
}

TEST_P(UserStoreContract, RefusesToCreateAnIdTwice) {
  ASSERT_TRUE(store().create(ada()));
  User impostor = ada();
  impostor.name = "Somebody else";
  EXPECT_THAT(store().create(impostor), IsProblem(Kind::conflict));
  EXPECT_THAT(store().get(ada().id), IsUser(ada()));
}

TEST_P(UserStoreContract, GivesAnAddressToOneUserOnly) {
  ASSERT_TRUE(store().create(ada()));
  EXPECT_THAT(store().create(bob_with(ada().email)), IsEmailTaken());
  EXPECT_THAT(store().create(bob_with("ADA@Example.COM")), IsEmailTaken());
  EXPECT_THAT(store().get(bob_with("").id), IsProblem(Kind::user_not_found));
  EXPECT_THAT(store().create(bob_with("ada@example.org")), IsUser(bob_with("ada@example.org")));
}

TEST_P(UserStoreContract, UpdateMovesToAnAddressThatIsFree) {
  ASSERT_TRUE(store().create(ada()));
  User expected = ada();
  expected.email = "countess@example.com";
  expected.version = 2;
  expected.updated_at = later();
  EXPECT_THAT(store().update(ada().id, {.email = expected.email}, versions({1}), later()), IsUser(expected));
  EXPECT_THAT(store().get(ada().id), IsUser(expected));
  EXPECT_THAT(store().create(bob_with("Countess@example.com")), IsEmailTaken());
  EXPECT_TRUE(store().create(bob_with(ada().email))) << "the old address is free at once";
}

TEST_P(UserStoreContract, UpdateMovesBackToAnAddressThatWasGivenUp) {
  ASSERT_TRUE(store().create(ada()));
  ASSERT_TRUE(store().update(ada().id, {.email = "countess@example.com"}, any_version, later()));
  EXPECT_THAT(store().update(ada().id, {.email = ada().email}, any_version, later())->email, ada().email);
  EXPECT_TRUE(store().create(bob_with("countess@example.com")));
}

TEST_P(UserStoreContract, UpdateToAnotherUsersAddressChangesNothing) {
  ASSERT_TRUE(store().create(ada()));
  ASSERT_TRUE(store().create(bob_with("bob@example.com")));
  const UserPatch patch{.name = "Somebody", .email = "BOB@example.com"};
  EXPECT_THAT(store().update(ada().id, patch, any_version, later()), IsEmailTaken());
  EXPECT_THAT(store().get(ada().id), IsUser(ada()));
  EXPECT_THAT(store().get(bob_with("").id), IsUser(bob_with("bob@example.com")));
  FakeIds ids;
  User third = somebody(ids);
  third.email = ada().email;
  EXPECT_THAT(store().create(third), IsEmailTaken()) << "Ada's is hers still";
}

TEST_P(UserStoreContract, AStaleVersionIsToldBeforeAnAddressThatIsTaken) {
  ASSERT_TRUE(store().create(ada()));
  ASSERT_TRUE(store().create(bob_with("bob@example.com")));
  EXPECT_THAT(store().update(ada().id, {.email = "bob@example.com"}, versions({2}), later()),
              IsProblem(Kind::precondition_failed));
  EXPECT_THAT(store().update(somebody_else(), {.email = "bob@example.com"}, any_version, later()),
              IsProblem(Kind::user_not_found));
}

TEST_P(UserStoreContract, UpdateMaySpellTheOwnAddressOtherwise) {
  ASSERT_TRUE(store().create(ada()));
  User expected = ada();
  expected.email = "Ada@Example.com";
  expected.version = 2;
  expected.updated_at = later();
  EXPECT_THAT(store().update(ada().id, {.email = expected.email}, any_version, later()), IsUser(expected));
  EXPECT_THAT(store().get(ada().id), IsUser(expected));
  EXPECT_THAT(store().create(bob_with(ada().email)), IsEmailTaken());
}

TEST_P(UserStoreContract, TheAddressOfARemovedUserIsFreeAtOnce) {
  ASSERT_TRUE(store().create(ada()));
  ASSERT_TRUE(store().remove(ada().id, any_version));
  EXPECT_TRUE(store().create(bob_with(ada().email)));
}

/// A key that is good until an hour after Ada's creation.
CreationKey key_for(std::string fingerprint) {
  return {.digest = "digest",
          .fingerprint = std::move(fingerprint),
          .expires_at = ada().created_at + std::chrono::hours(1)};
}

MATCHER_P2(IsCreation, user, replayed, "") {
  if (!arg.has_value()) return *result_listener << arg.error().detail << " " << arg.error().cause, false;
  *result_listener << to_json(arg->user) << (arg->replayed ? ", replayed" : "");
  return arg->user == user && arg->replayed == replayed;
}

TEST_P(UserStoreContract, CreatesOnceForOneKey) {
  EXPECT_THAT(store().create_once(ada(), key_for("ada")), IsCreation(ada(), false));
  EXPECT_THAT(store().create_once(bob_with(ada().email), key_for("ada")), IsCreation(ada(), true));
  EXPECT_THAT(store().create_once(bob_with("bob@example.com"), key_for("ada")), IsCreation(ada(), true));
  EXPECT_THAT(store().get(bob_with("").id), IsProblem(Kind::user_not_found));
  EXPECT_TRUE(store().create(bob_with("bob@example.com"))) << "the address was not claimed";
}

TEST_P(UserStoreContract, AReplayGivesTheUserAsItNowIs) {
  ASSERT_TRUE(store().create_once(ada(), key_for("ada")));
  const auto changed =
      store().update(ada().id, {.name = "Ada King", .email = "king@example.com"}, any_version, later());
  ASSERT_TRUE(changed);
  EXPECT_THAT(store().create_once(bob_with(ada().email), key_for("ada")), IsCreation(*changed, true));
}

TEST_P(UserStoreContract, AKeyIsGoodForOneUserOnly) {
  ASSERT_TRUE(store().create_once(ada(), key_for("ada")));
  EXPECT_THAT(store().create_once(bob_with("bob@example.com"), key_for("bob")), IsProblem(Kind::key_reused));
  EXPECT_THAT(store().create_once(bob_with(ada().email), key_for("bob")), IsProblem(Kind::key_reused));
  EXPECT_THAT(store().get(bob_with("").id), IsProblem(Kind::user_not_found));
}

TEST_P(UserStoreContract, AKeyOutlivesItsUser) {
  ASSERT_TRUE(store().create_once(ada(), key_for("ada")));
  ASSERT_TRUE(store().remove(ada().id, any_version));
  EXPECT_THAT(store().create_once(bob_with(ada().email), key_for("ada")), IsProblem(Kind::user_gone));
  EXPECT_THAT(store().create_once(bob_with(ada().email), key_for("bob")), IsProblem(Kind::key_reused));
  EXPECT_THAT(store().get(bob_with("").id), IsProblem(Kind::user_not_found));
}

TEST_P(UserStoreContract, ARefusedCreationLeavesItsKeyUnused) {
  ASSERT_TRUE(store().create(ada()));
  EXPECT_THAT(store().create_once(bob_with(ada().email), key_for("bob")), IsEmailTaken());
  const User bob = bob_with("bob@example.com");
  EXPECT_THAT(store().create_once(bob, key_for("another body")), IsCreation(bob, false));
}

TEST_P(UserStoreContract, AnExpiredKeyIsANewOne) {
  ASSERT_TRUE(store().create_once(ada(), key_for("ada")));
  User bob = bob_with("bob@example.com");
  CreationKey key = key_for("bob");
  bob.created_at = key.expires_at - milliseconds(1000);
  EXPECT_THAT(store().create_once(bob, key), IsProblem(Kind::key_reused));
  bob.created_at = key.expires_at;
  key.expires_at += std::chrono::hours(1);
  EXPECT_THAT(store().create_once(bob, key), IsCreation(bob, false));
  EXPECT_THAT(store().create_once(bob, key), IsCreation(bob, true));
}

TEST_P(UserStoreContract, HasNoUserThatWasNeverCreated) {
  EXPECT_THAT(store().get(somebody_else()), IsProblem(Kind::user_not_found));
}

TEST_P(UserStoreContract, UpdateChangesWhatThePatchNames) {
  ASSERT_TRUE(store().create(ada()));
  User expected = ada();
  expected.name = "Ada King";
  expected.version = 2;
  expected.updated_at = later();
  EXPECT_THAT(store().update(ada().id, {.name = "Ada King"}, any_version, later()), IsUser(expected));
  EXPECT_THAT(store().get(ada().id), IsUser(expected));
}

TEST_P(UserStoreContract, UpdateChangesEveryFieldAtOnce) {
  ASSERT_TRUE(store().create(ada()));
  User expected = ada();
  expected.name = "Ada King";
  expected.email = "countess@example.com";
  expected.age = 37;
  expected.version = 2;
  expected.updated_at = later();
  const UserPatch patch{.name = expected.name, .email = expected.email, .age = expected.age};
  EXPECT_THAT(store().update(ada().id, patch, any_version, later()), IsUser(expected));
  EXPECT_THAT(store().get(ada().id), IsUser(expected));
}

TEST_P(UserStoreContract, UpdateRemovesTheAge) {
  ASSERT_TRUE(store().create(ada()));
  const auto updated = store().update(ada().id, {.age = std::optional<std::optional<int>>(std::in_place)},
                                      any_version, later());
  ASSERT_TRUE(updated);
  EXPECT_EQ(updated->age, std::nullopt);
  EXPECT_EQ(store().get(ada().id)->age, std::nullopt);
}

TEST_P(UserStoreContract, UpdateGivesAnAgeToAUserWithoutOne) {
  User user = ada();
  user.age = std::nullopt;
  ASSERT_TRUE(store().create(user));
  EXPECT_THAT(store().update(user.id, {.age = 40}, any_version, later())->age, Optional(40));
}

TEST_P(UserStoreContract, UpdateToEqualValuesIsAChangeAllTheSame) {
  ASSERT_TRUE(store().create(ada()));
  const auto updated = store().update(ada().id, {.name = ada().name}, any_version, later());
  ASSERT_TRUE(updated);
  EXPECT_EQ(updated->version, 2);
  EXPECT_EQ(updated->updated_at, later());
}

TEST_P(UserStoreContract, UpdateNeverCreates) {
  EXPECT_THAT(store().update(somebody_else(), {.name = "Nobody"}, any_version, later()),
              IsProblem(Kind::user_not_found));
  EXPECT_THAT(store().get(somebody_else()), IsProblem(Kind::user_not_found));
}

TEST_P(UserStoreContract, UpdateTakesAVersionFromTheList) {
  ASSERT_TRUE(store().create(ada()));
  EXPECT_TRUE(store().update(ada().id, {.age = 37}, versions({7, 1, 9}), later()));
}

TEST_P(UserStoreContract, UpdateTakesAsManyVersionsAsAHeaderMayList) {
  ASSERT_TRUE(store().create(ada()));
  std::vector<std::int64_t> hundred(100);
  for (std::size_t i = 0; i < hundred.size(); ++i) hundred[i] = static_cast<std::int64_t>(100 - i);
  EXPECT_TRUE(store().update(ada().id, {.age = 37}, versions(hundred), later()));
}

TEST_P(UserStoreContract, UpdateOfAStaleVersionChangesNothing) {
  ASSERT_TRUE(store().create(ada()));
  EXPECT_THAT(store().update(ada().id, {.age = 37}, versions({2, 3}), later()),
              IsProblem(Kind::precondition_failed));
  EXPECT_THAT(store().update(ada().id, {.age = 37}, versions({}), later()),
              IsProblem(Kind::precondition_failed));
  EXPECT_THAT(store().get(ada().id), IsUser(ada()));
}

TEST_P(UserStoreContract, UpdateOfAMissingUserIsNotFoundWhateverTheVersion) {
  for (const auto& condition : {any_version, versions({1}), versions({})}) {
    EXPECT_THAT(store().update(somebody_else(), {.age = 37}, condition, later()),
                IsProblem(Kind::user_not_found));
  }
}

TEST_P(UserStoreContract, OfTwoUpdatesFromOneVersionTheFirstWins) {
  ASSERT_TRUE(store().create(ada()));
  EXPECT_TRUE(store().update(ada().id, {.name = "First"}, versions({1}), later()));
  EXPECT_THAT(store().update(ada().id, {.name = "Second"}, versions({1}), later()),
              IsProblem(Kind::precondition_failed));
  EXPECT_EQ(store().get(ada().id)->name, "First");
}

TEST_P(UserStoreContract, RemoveGivesTheUserAsItLastWas) {
  ASSERT_TRUE(store().create(ada()));
  EXPECT_THAT(store().remove(ada().id, any_version), IsUser(ada()));
  EXPECT_THAT(store().get(ada().id), IsProblem(Kind::user_not_found));
}

TEST_P(UserStoreContract, RemoveOfAStaleVersionRemovesNothing) {
  ASSERT_TRUE(store().create(ada()));
  EXPECT_THAT(store().remove(ada().id, versions({2})), IsProblem(Kind::precondition_failed));
  EXPECT_THAT(store().remove(ada().id, versions({})), IsProblem(Kind::precondition_failed));
  EXPECT_THAT(store().get(ada().id), IsUser(ada()));
  EXPECT_TRUE(store().remove(ada().id, versions({1})));
}

TEST_P(UserStoreContract, RemoveOfAMissingUserIsNotFoundWhateverTheVersion) {
  for (const auto& condition : {any_version, versions({1}), versions({})}) {
    EXPECT_THAT(store().remove(somebody_else(), condition), IsProblem(Kind::user_not_found));
  }
}

TEST_P(UserStoreContract, ListOfNobodyIsOneEmptyPage) {
  const auto page = store().list(25, std::nullopt);
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->users.empty());
  EXPECT_EQ(page->next_after, std::nullopt);
}

/// Follows the pages to the end; `between` runs after each of them.
template <typename Between>
std::multiset<UserId> list_all(UserStore& store, int page_size, Between between) {
  std::multiset<UserId> seen;
  std::optional<UserId> after;
  do {
    const auto page = store.list(page_size, after);
    EXPECT_TRUE(page);
    if (!page) break;
    EXPECT_LE(page->users.size(), static_cast<std::size_t>(page_size));
    for (const User& user : page->users) seen.insert(user.id);
    after = page->next_after;
    between(*page);
  } while (after);
  return seen;
}

TEST_P(UserStoreContract, ListGivesEveryUserExactlyOnceWhateverThePageSize) {
  FakeIds ids;
  std::multiset<UserId> all;
  for (int i = 0; i < 23; ++i) {
    const User user = somebody(ids);
    all.insert(user.id);
    ASSERT_TRUE(store().create(user));
  }
  for (const int page_size : {1, 2, 7, 23, 24, 100})
    EXPECT_EQ(list_all(store(), page_size, [](const UserPage&) {}), all) << "page size " << page_size;
}

TEST_P(UserStoreContract, ListGoesOnAfterAUserWhoIsGone) {
  FakeIds ids;
  std::multiset<UserId> all;
  for (int i = 0; i < 10; ++i) {
    const User user = somebody(ids);
    all.insert(user.id);
    ASSERT_TRUE(store().create(user));
  }
  const auto remove_last = [&](const UserPage& page) {
    if (page.users.empty()) return;
    ASSERT_TRUE(store().remove(page.users.back().id, any_version));
  };
  EXPECT_EQ(list_all(store(), 3, remove_last), all);
}

TEST_P(UserStoreContract, ListGivesUsersWhole) {
  ASSERT_TRUE(store().create(ada()));
  const auto page = store().list(1, std::nullopt);
  ASSERT_TRUE(page);
  ASSERT_EQ(page->users.size(), 1U);
  EXPECT_EQ(page->users[0], ada());
}

TEST_P(UserStoreContract, FindsTheUserWithAnAddress) {
  ASSERT_TRUE(store().create(ada()));
  ASSERT_TRUE(store().create(bob_with("bob@example.com")));
  EXPECT_THAT(store().find_by_email("ADA@example.com").value(), Optional(ada()));
  EXPECT_EQ(store().find_by_email("nobody@example.com").value(), std::nullopt);
}

TEST_P(UserStoreContract, FindsNobodyByAnAddressThatWasGivenUp) {
  ASSERT_TRUE(store().create(ada()));
  const auto moved = store().update(ada().id, {.email = "king@example.com"}, any_version, later());
  EXPECT_EQ(store().find_by_email("ada@example.com").value(), std::nullopt);
  EXPECT_THAT(store().find_by_email("king@example.com").value(), Optional(moved.value()));
  ASSERT_TRUE(store().remove(ada().id, any_version));
  EXPECT_EQ(store().find_by_email("king@example.com").value(), std::nullopt);
}

/// Users with these names, made in this order.
void create_named(UserStore& store, const std::vector<std::string>& names) {
  FakeIds ids;
  for (const std::string& name : names) {
    User user = somebody(ids);
    user.name = name;
    ASSERT_TRUE(store.create(user));
  }
}

/// The names that a listing gives, page by page.
std::vector<std::string> names_from(UserStore& store, std::string_view prefix, int page_size) {
  std::vector<std::string> names;
  std::optional<NamePosition> after;
  do {
    const auto page = store.list_by_name(prefix, page_size, after);
    EXPECT_TRUE(page);
    if (!page) break;
    EXPECT_LE(page->users.size(), static_cast<std::size_t>(page_size));
    for (const User& user : page->users) names.push_back(user.name);
    after = page->next_after;
  } while (after);
  return names;
}

TEST_P(UserStoreContract, ListsByTheBeginningOfNamesInTheirOrder) {
  create_named(store(), {"Zoë", "adam", "Ada Lovelace", "Ádám", "ADA", "Bob", "ada", "名前", "名", "Ad"});
  for (const int page_size : {1, 2, 3, 100}) {
    EXPECT_THAT(names_from(store(), "ada", page_size),
                ElementsAre("ADA", "ada", "Ada Lovelace", "adam", "Ádám"))
        << "page size " << page_size;
    EXPECT_THAT(names_from(store(), "名", page_size), ElementsAre("名", "名前"));
    EXPECT_THAT(names_from(store(), "zo", page_size), ElementsAre("Zoë"));
    EXPECT_THAT(names_from(store(), "x", page_size), IsEmpty());
  }
}

TEST_P(UserStoreContract, ListsUsersByNameWhole) {
  ASSERT_TRUE(store().create(ada()));
  EXPECT_THAT(store().list_by_name("ada", 1, std::nullopt)->users, ElementsAre(ada()));
}

TEST_P(UserStoreContract, ListsByTheNameThatAUserHasNow) {
  ASSERT_TRUE(store().create(ada()));
  ASSERT_TRUE(store().update(ada().id, {.name = "Émilie"}, any_version, later()));
  EXPECT_THAT(names_from(store(), "ada", 10), IsEmpty());
  EXPECT_THAT(names_from(store(), "emi", 10), ElementsAre("Émilie"));
  ASSERT_TRUE(store().update(ada().id, {.email = "king@example.com"}, any_version, later()));
  EXPECT_EQ(store().list_by_name("e", 10, std::nullopt)->users.at(0).email, "king@example.com");
  ASSERT_TRUE(store().remove(ada().id, any_version));
  EXPECT_THAT(names_from(store(), "emi", 10), IsEmpty());
}

}  // namespace
}  // namespace users::testing
