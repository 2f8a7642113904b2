#include "users/path.h"

#include <gmock/gmock.h>

#include "tests/support/requests.h"
#include "tests/support/users/fakes.h"
#include "tests/support/users/matchers.h"

namespace users::testing {
namespace {

TEST(PathUserId, IsAUuidInAnyCase) {
  EXPECT_EQ(path_user_id(a_get().user("ADA00000-0000-4000-8000-000000000001")), ada().id);
}

TEST(PathUserId, IsRejectedInOtherForms) {
  for (const char* id :
       {"", "42", "ada00000000040008000000000000001", "{ada00000-0000-4000-8000-000000000001}"})
    EXPECT_THAT(path_user_id(a_get().user(id)), IsInvalid("userId", "invalid_format")) << id;
  EXPECT_THAT(path_user_id(a_get()), IsInvalid("userId", "invalid_format"));
}

}  // namespace
}  // namespace users::testing
