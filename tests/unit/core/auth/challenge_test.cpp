#include "core/auth/challenge.h"

#include <gmock/gmock.h>

namespace serverless::auth::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(Challenge, FollowsRfc6750) {
  EXPECT_THAT(unauthenticated("orders", "", "cause").headers,
              ElementsAre(Pair("WWW-Authenticate", R"(Bearer realm="orders")")));
  EXPECT_THAT(unauthenticated("orders", "invalid_token", "cause").headers,
              ElementsAre(Pair("WWW-Authenticate", R"(Bearer realm="orders", error="invalid_token")")));
  EXPECT_THAT(forbidden("orders", "orders:read").headers,
              ElementsAre(Pair("WWW-Authenticate",
                               R"(Bearer realm="orders", error="insufficient_scope", scope="orders:read")")));
}

TEST(Challenge, IsPartOfAProblem) {
  EXPECT_EQ(unauthenticated("orders", "invalid_token", "cause").kind, Problem::Kind::unauthenticated);
  EXPECT_EQ(unauthenticated("orders", "invalid_token", "cause").cause, "cause");
  EXPECT_EQ(forbidden("orders", "orders:read").kind, Problem::Kind::forbidden);
}

}  // namespace
}  // namespace serverless::auth::testing
