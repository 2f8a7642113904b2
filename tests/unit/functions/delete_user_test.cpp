#include "delete_user/delete_user.h"

#include <gtest/gtest.h>

#include "tests/support/users/fakes.h"
#include "tests/support/users/matchers.h"
#include "tests/support/users/requests.h"
#include "users/user_json.h"

namespace users::testing {
namespace {

using Kind = Problem::Kind;

RequestBuilder delete_ada() {
  return for_user(a_delete(), ada().id.text());
}

TEST(DeleteUser, ReturnsTheDeletedUser) {
  FakeServices services;
  services.with(ada());
  const auto response = delete_user(delete_ada(), services);
  ASSERT_THAT(response, HasStatus(200));
  EXPECT_EQ(response->body, to_json(ada()));
  EXPECT_EQ(response->headers.get("ETag"), R"("1")");
  EXPECT_THAT(services.users.get(ada().id), IsProblem(Kind::not_found));
}

TEST(DeleteUser, ReportsAUserThatDoesNotExist) {
  FakeServices services;
  EXPECT_THAT(delete_user(delete_ada(), services), IsProblem(Kind::not_found));
  for (const char* tags : {"*", R"("1")", R"("one")"})
    EXPECT_THAT(delete_user(delete_ada().header("If-Match", tags), services), IsProblem(Kind::not_found));
}

TEST(DeleteUser, DeletesAVersionThatIfMatchAllows) {
  for (const char* tags : {R"("1")", R"("7", "1")", "*"}) {
    FakeServices services;
    services.with(ada());
    EXPECT_THAT(delete_user(delete_ada().header("If-Match", tags), services), HasStatus(200)) << tags;
  }
}

TEST(DeleteUser, DoesNotDeleteAnotherVersion) {
  FakeServices services;
  services.with(ada());
  for (const char* tags : {R"("2")", R"(W/"1")", R"("one")"})
    EXPECT_THAT(delete_user(delete_ada().header("If-Match", tags), services),
                IsProblem(Kind::precondition_failed));
  EXPECT_EQ(services.users.get(ada().id), ada());
}

TEST(DeleteUser, ChecksIdHeaderAndUserInThisOrder) {
  FakeServices services;
  EXPECT_THAT(delete_user(for_user(a_delete(), "42").header("If-Match", "1"), services),
              IsInvalid("userId", "invalid_format"));
  EXPECT_THAT(delete_user(delete_ada().header("If-Match", "1"), services),
              IsInvalid("If-Match", "invalid_format"));
}

TEST(DeleteUser, IgnoresABodyAndIfNoneMatch) {
  FakeServices services;
  services.with(ada());
  const auto request =
      delete_ada().header("If-None-Match", "*").header("Content-Type", "text/plain").body("{");
  EXPECT_THAT(delete_user(request, services), HasStatus(200));
}

}  // namespace
}  // namespace users::testing
