#include "core/http/entity_tag.h"

#include <gmock/gmock.h>

#include <limits>

#include "tests/support/matchers.h"
#include "tests/support/requests.h"

namespace serverless::http::testing {
namespace {

using serverless::testing::a_get;
using serverless::testing::a_put;
using serverless::testing::IsInvalid;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// preconditions_test.cpp tests more lists, including malformed ones.

TEST(EntityTags, AreReadFromTheHeader) {
  const auto list = entity_tags(a_put().header("If-Match", R"("a", W/"b",, "")"), "If-Match").value();
  ASSERT_TRUE(list);
  EXPECT_FALSE(list->any);
  EXPECT_THAT(list->tags, ElementsAre(EntityTag{"a", false}, EntityTag{"b", true}, EntityTag{"", false}));
}

TEST(EntityTags, MatchAnythingWithAStar) {
  const auto list = entity_tags(a_put().header("If-Match", "*"), "If-Match").value();
  ASSERT_TRUE(list);
  EXPECT_TRUE(list->any);
  EXPECT_THAT(list->tags, IsEmpty());
}

TEST(EntityTags, AreAbsentWithoutTheHeader) {
  EXPECT_EQ(entity_tags(a_get().header("If-Match", R"("a")"), "If-None-Match").value().has_value(), false);
}

TEST(EntityTags, ReportTheNameOfAMalformedHeader) {
  EXPECT_THAT(entity_tags(a_get().header("If-None-Match", "a"), "If-None-Match"),
              IsInvalid("If-None-Match", "invalid_format"));
}

TEST(EntityTag, IsTheVersionInQuotes) {
  EXPECT_EQ(entity_tag(1), R"("1")");
  EXPECT_EQ(entity_tag(std::numeric_limits<std::int64_t>::max()), R"("9223372036854775807")");
}

}  // namespace
}  // namespace serverless::http::testing
