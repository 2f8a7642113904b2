#include "users/user_store.h"

#include <gmock/gmock.h>

#include "tests/support/in_memory_table.h"
#include "tests/support/users/fakes.h"
#include "tests/support/users/matchers.h"
#include "users/user_item.h"

namespace users::testing {
namespace {

using dynamodb::Attributes;
using Kind = Problem::Kind;

/// The store on a table with items that are not users. tests/contract/user_store_contract.h specifies its
/// other behaviour.
class UserStoreOnDamagedTable : public ::testing::Test {
 protected:
  /// Adds an item with Ada's key that is not a user.
  void add_damaged_item() {
    const Attributes item{{"userId", ada().id.text()},
                          {"foldedEmail", ada().values.email},
                          {"nameInitial", "a"},
                          {"nameKey", "ada"},
                          {"version", 1}};
    ASSERT_TRUE(table_.create(item));
  }

  InMemoryTable table_{test_table()};
  UserStore users_{ports_of(table_)};
};

TEST_F(UserStoreOnDamagedTable, FailsOnAnItemThatIsNotAUser) {
  add_damaged_item();
  EXPECT_THAT(users_.get(ada().id), IsProblem(Kind::internal));
  EXPECT_THAT(users_.update(ada().id, UserPatch().set(&UserValues::name, "Ada King"), {}, ada().updated_at),
              IsProblem(Kind::internal));
  EXPECT_THAT(users_.list(1, std::nullopt), IsProblem(Kind::internal));
  EXPECT_THAT(users_.list_by_name_prefix("a", 1, std::nullopt), IsProblem(Kind::internal));
  EXPECT_THAT(users_.find_by_email(ada().values.email), IsProblem(Kind::internal));
  EXPECT_THAT(users_.remove(ada().id, {}), IsProblem(Kind::internal));
}

TEST_F(UserStoreOnDamagedTable, KeepsAnItemThatIsNotAUser) {
  add_damaged_item();
  EXPECT_THAT(users_.remove(ada().id, {}), IsProblem(Kind::internal));
  EXPECT_THAT(users_.get(ada().id), IsProblem(Kind::internal)) << "the item still exists";
}

TEST_F(UserStoreOnDamagedTable, DoesNotFindAUserByAStaleFoldedAddress) {
  // A version of the API without claims changes the address and leaves the folded form.
  Attributes item = to_item(ada());
  for (auto& [name, value] : item)
    if (name == "email") value = "king@example.com";
  ASSERT_TRUE(table_.create(item));
  EXPECT_EQ(users_.find_by_email(ada().values.email).value(), std::nullopt);
}

TEST_F(UserStoreOnDamagedTable, FailsOnAPositionThatIsNotTheIdOfAUser) {
  Attributes item = to_item(ada());
  std::get<std::string>(item[0].value) = "not a UUID";
  ASSERT_TRUE(table_.create(item));
  EXPECT_THAT(users_.list(1, std::nullopt), IsProblem(Kind::internal));
}

}  // namespace
}  // namespace users::testing
