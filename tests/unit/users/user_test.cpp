#include "users/user.h"

#include <gtest/gtest.h>

#include "tests/support/users/fakes.h"

namespace users::testing {
namespace {

TEST(UserId, IsAUuidInLowerCase) {
  EXPECT_EQ(UserId::parse("ADA00000-0000-4000-8000-000000000001")->text(),
            "ada00000-0000-4000-8000-000000000001");
  EXPECT_EQ(UserId::parse("42"), std::nullopt);
  EXPECT_EQ(UserId::parse(""), std::nullopt);
}

TEST(UserId, IsCreatedFromANewUuid) {
  FakeIds ids;
  EXPECT_EQ(UserId::make(ids).text(), "00000000-0000-4000-8000-000000000001");
  EXPECT_EQ(UserId::make(ids).text(), "00000000-0000-4000-8000-000000000002");
}

}  // namespace
}  // namespace users::testing
