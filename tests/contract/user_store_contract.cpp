#include "tests/contract/user_store_contract.h"

#include <gmock/gmock.h>

#include "core/http/idempotency.h"
#include "tests/support/users/matchers.h"
#include "users/name_order.h"

namespace users::testing {
namespace {

using Kind = Problem::Kind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::UnorderedElementsAre;

const http::VersionSet any_version{};

http::VersionSet versions(std::vector<std::int64_t> list) {
  return {.list = std::move(list)};
}

Instant later() {
  return ada().updated_at + milliseconds(1500);
}

User bob_with(std::string email) {
  User bob = ada();
  bob.id = *UserId::parse("b0b00000-0000-4000-8000-000000000001");
  bob.values.name = "Bob";
  bob.values.email = std::move(email);
  return bob;
}

/// Returns Ada after her first update.
User updated_ada() {
  User user = ada();
  user.version = 2;
  user.updated_at = later();
  return user;
}

TEST_P(UserStoreContract, ReturnsTheCreatedUser) {
  EXPECT_THAT(store().create(ada()), IsCreation(ada(), false));
  EXPECT_THAT(store().get(ada().id), IsUser(ada()));
}

TEST_P(UserStoreContract, KeepsTextUnchanged) {
  User user = ada();
  user.values.name = "José 名前 👩🏽‍🚀 \"quoted\" \\ <&>";
  user.values.email = "o'hara+{tag}@example.com";
  ASSERT_TRUE(store().create(user));
  EXPECT_THAT(store().get(user.id), IsUser(user));
}

TEST_P(UserStoreContract, ReportsUsersThatDoNotExist) {
  EXPECT_THAT(store().get(ada().id), IsProblem(Kind::not_found));
  EXPECT_THAT(store().update(ada().id, UserPatch().set(&UserValues::name, "Ada King"), any_version, later()),
              IsProblem(Kind::not_found));
  EXPECT_THAT(store().remove(ada().id, any_version), IsProblem(Kind::not_found));
}

TEST_P(UserStoreContract, RejectsASecondUserWithTheSameId) {
  ASSERT_TRUE(store().create(ada()));
  User other = bob_with("bob@example.com");
  other.id = ada().id;
  EXPECT_THAT(store().create(other), IsProblem(Kind::conflict));
}

TEST_P(UserStoreContract, AnEmailBelongsToOneUserRegardlessOfCase) {
  ASSERT_TRUE(store().create(ada()));
  EXPECT_THAT(store().create(bob_with("ADA@Example.COM")), IsEmailTaken());
  ASSERT_TRUE(store().create(bob_with("bob@example.com")));
  EXPECT_THAT(
      store().update(ada().id, UserPatch().set(&UserValues::email, "Bob@Example.com"), any_version, later()),
      IsEmailTaken());
  EXPECT_THAT(store().get(ada().id), IsUser(ada()));
}

TEST_P(UserStoreContract, AUserMayChangeTheCaseOfTheEmail) {
  ASSERT_TRUE(store().create(ada()));
  User expected = updated_ada();
  expected.values.email = "Ada@Example.com";
  EXPECT_THAT(store().update(ada().id, UserPatch().set(&UserValues::email, expected.values.email),
                             any_version, later()),
              IsUser(expected));
  EXPECT_THAT(store().get(ada().id), IsUser(expected));
  EXPECT_THAT(store().create(bob_with(ada().values.email)), IsEmailTaken());
}

TEST_P(UserStoreContract, AReleasedEmailIsAvailableImmediately) {
  ASSERT_TRUE(store().create(ada()));
  ASSERT_TRUE(store().update(ada().id, UserPatch().set(&UserValues::email, "countess@example.com"),
                             any_version, later()));
  EXPECT_TRUE(store().create(bob_with(ada().values.email)));
  ASSERT_TRUE(store().remove(ada().id, any_version));
  FakeIds ids;
  User third = another_user(ids);
  third.values.email = "countess@example.com";
  EXPECT_TRUE(store().create(third));
}

TEST_P(UserStoreContract, CreatesOneUserPerIdempotencyKey) {
  const http::IdempotencyRecord record = http::idempotency_record("", "key", "ada", ada().created_at);
  const http::IdempotencyRecord reused = http::idempotency_record("", "key", "bob", ada().created_at);
  EXPECT_THAT(store().create_idempotent(ada(), record), IsCreation(ada(), false));
  const auto renamed =
      store().update(ada().id, UserPatch().set(&UserValues::name, "Ada King"), any_version, later());
  EXPECT_THAT(store().create_idempotent(bob_with(ada().values.email), record),
              IsCreation(renamed.value(), true));
  EXPECT_THAT(store().create_idempotent(bob_with("bob@example.com"), reused), IsProblem(Kind::unprocessable));
  ASSERT_TRUE(store().remove(ada().id, any_version));
  EXPECT_THAT(store().create_idempotent(bob_with(ada().values.email), record), IsProblem(Kind::gone));
}

TEST_P(UserStoreContract, UpdatesTheNameOrTheEmailAlone) {
  ASSERT_TRUE(store().create(ada()));
  User expected = updated_ada();
  expected.values.name = "Ada King";
  EXPECT_THAT(store().update(ada().id, UserPatch().set(&UserValues::name, expected.values.name), any_version,
                             later()),
              IsUser(expected));
  ++expected.version;
  expected.values.email = "countess@example.com";
  EXPECT_THAT(store().update(ada().id, UserPatch().set(&UserValues::email, expected.values.email),
                             any_version, later()),
              IsUser(expected));
  EXPECT_THAT(store().get(ada().id), IsUser(expected));
}

TEST_P(UserStoreContract, UpdatesTheNameAndTheEmailTogether) {
  ASSERT_TRUE(store().create(ada()));
  User expected = updated_ada();
  expected.values.name = "Ada King";
  expected.values.email = "countess@example.com";
  const auto patch =
      UserPatch().set(&UserValues::name, expected.values.name).set(&UserValues::email, expected.values.email);
  EXPECT_THAT(store().update(ada().id, patch, any_version, later()), IsUser(expected));
  EXPECT_THAT(store().get(ada().id), IsUser(expected));
}

TEST_P(UserStoreContract, UpdatesAndRemovesOnlyAnAllowedVersion) {
  ASSERT_TRUE(store().create(ada()));
  EXPECT_THAT(
      store().update(ada().id, UserPatch().set(&UserValues::name, "Ada King"), versions({2}), later()),
      IsProblem(Kind::precondition_failed));
  EXPECT_THAT(store().remove(ada().id, versions({2})), IsProblem(Kind::precondition_failed));
  EXPECT_THAT(store().remove(ada().id, versions({1})), IsUser(ada()));
}

TEST_P(UserStoreContract, ListsUsersPageByPage) {
  const User bob = bob_with("bob@example.com");
  ASSERT_TRUE(store().create(ada()));
  ASSERT_TRUE(store().create(bob));
  std::vector<User> users;
  std::optional<UserId> after;
  do {
    const auto page = store().list(1, after);
    ASSERT_TRUE(page);
    for (const User& user : page->users) users.push_back(user);
    after = page->next_after;
  } while (after);
  EXPECT_THAT(users, UnorderedElementsAre(ada(), bob));
}

TEST_P(UserStoreContract, FindsAUserByEmailRegardlessOfCase) {
  ASSERT_TRUE(store().create(ada()));
  ASSERT_TRUE(store().create(bob_with("bob@example.com")));
  EXPECT_THAT(store().find_by_email("ADA@example.com").value(), Optional(ada()));
  EXPECT_EQ(store().find_by_email("nobody@example.com").value(), std::nullopt);
}

/// Creates users with these names, in this order.
void create_named(UserStore& store, const std::vector<std::string>& names) {
  FakeIds ids;
  for (const std::string& name : names) {
    User user = another_user(ids);
    user.values.name = name;
    ASSERT_TRUE(store.create(user));
  }
}

/// Returns the names on all pages of a listing by prefix.
std::vector<std::string> names_with(UserStore& store, std::string_view prefix, int page_size) {
  std::vector<std::string> names;
  std::optional<NamePosition> after;
  do {
    const auto page = store.list_by_name_prefix(prefix, page_size, after);
    EXPECT_TRUE(page);
    if (!page) break;
    for (const User& user : page->users) names.push_back(user.values.name);
    after = page->next_after;
  } while (after);
  return names;
}

TEST_P(UserStoreContract, ListsNamesWithAPrefixInOrder) {
  create_named(store(), {"Zoë", "adam", "Ada Lovelace", "Ádám", "ADA", "Bob", "ada", "名前", "名", "Ad"});
  for (const int page_size : {1, 3, 100}) {
    EXPECT_THAT(names_with(store(), "ada", page_size),
                ElementsAre("ADA", "ada", "Ada Lovelace", "adam", "Ádám"))
        << "page size " << page_size;
    EXPECT_THAT(names_with(store(), "名", page_size), ElementsAre("名", "名前"));
    EXPECT_THAT(names_with(store(), "zo", page_size), ElementsAre("Zoë"));
    EXPECT_THAT(names_with(store(), "x", page_size), IsEmpty());
  }
}

TEST_P(UserStoreContract, ListsAUserUnderTheNewName) {
  ASSERT_TRUE(store().create(ada()));
  ASSERT_TRUE(store().update(ada().id, UserPatch().set(&UserValues::name, "Émilie"), any_version, later()));
  EXPECT_THAT(names_with(store(), "ada", 10), IsEmpty());
  EXPECT_THAT(names_with(store(), "emi", 10), ElementsAre("Émilie"));
}

}  // namespace
}  // namespace users::testing
