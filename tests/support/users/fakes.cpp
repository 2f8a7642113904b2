#include "tests/support/users/fakes.h"

#include <fmt/format.h>

#include "users/user_item.h"

namespace users::testing {

User ada() {
  const Instant created = FakeClock().now();
  return {.id = *UserId::parse("ada00000-0000-4000-8000-000000000001"),
          .values = {.name = "Ada Lovelace", .email = "ada@example.com"},
          .created_at = created,
          .updated_at = created,
          .version = 1};
}

User another_user(Ids& ids) {
  User user = ada();
  user.id = UserId::make(ids);
  user.values.email = fmt::format("{}@example.com", user.id.text());
  return user;
}

dynamodb::Table test_table() {
  return users_table(FakeEnvironment({{"TABLE_NAME", "Users"}, {"CLAIMS_TABLE_NAME", "UserClaims"}}));
}

}  // namespace users::testing
