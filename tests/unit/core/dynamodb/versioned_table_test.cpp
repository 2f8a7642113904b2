#include "core/dynamodb/versioned_table.h"

#include <gtest/gtest.h>

namespace serverless::dynamodb::testing {
namespace {

TEST(VersionCondition, AllowsTheVersionsOfItsList) {
  const VersionCondition condition{.any_of = {{1, 3}}};
  EXPECT_TRUE(condition.allows(1));
  EXPECT_FALSE(condition.allows(2));
  EXPECT_TRUE(condition.allows(3));
}

TEST(VersionCondition, AllowsAllVersionsWithoutAListAndNoneWithAnEmptyList) {
  EXPECT_TRUE(VersionCondition{}.allows(1));
  EXPECT_FALSE(VersionCondition{.any_of = std::vector<std::int64_t>()}.allows(1));
}

}  // namespace
}  // namespace serverless::dynamodb::testing
