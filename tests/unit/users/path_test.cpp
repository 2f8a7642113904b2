#include "users/path.h"

#include <gmock/gmock.h>

#include "tests/support/users/fakes.h"
#include "tests/support/users/matchers.h"
#include "tests/support/users/requests.h"

namespace users::testing {
namespace {

TEST(PathUserId, IsTheUuidInThePath) {
  EXPECT_EQ(path_user_id(for_user(a_get(), "ADA00000-0000-4000-8000-000000000001")), ada().id);
  EXPECT_THAT(path_user_id(for_user(a_get(), "42")), IsInvalid("userId", "invalid_format"));
}

}  // namespace
}  // namespace users::testing
