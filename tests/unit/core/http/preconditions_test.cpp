#include "core/http/preconditions.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/support/matchers.h"
#include "tests/support/requests.h"
#include "tests/support/text.h"

namespace serverless::http::testing {
namespace {

using serverless::testing::a_get;
using serverless::testing::a_put;
using serverless::testing::IsInvalid;
using serverless::testing::times;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

Result<VersionSet> if_match(std::string_view list) {
  return http::if_match(a_put().header("If-Match", list));
}
Result<VersionSet> if_none_match(std::string_view list) {
  return http::if_none_match(a_get().header("If-None-Match", list));
}

TEST(VersionSet, ContainsTheVersionsOfItsList) {
  const VersionSet versions{.list = {{1, 3}}};
  EXPECT_TRUE(versions.contains(1));
  EXPECT_FALSE(versions.contains(2));
  EXPECT_TRUE(versions.contains(3));
}

TEST(VersionSet, ContainsAllVersionsWithoutAListAndNoneWithAnEmptyList) {
  EXPECT_TRUE(VersionSet{}.contains(1));
  EXPECT_FALSE(VersionSet{.list = std::vector<std::int64_t>()}.contains(1));
}

TEST(IfMatch, AllowsAllVersionsWhenAbsentOrWithAStar) {
  EXPECT_EQ(http::if_match(a_put()).value().list, std::nullopt);
  EXPECT_EQ(if_match("*").value().list, std::nullopt);
  EXPECT_EQ(if_match(" *\t").value().list, std::nullopt);
}

TEST(IfNoneMatch, MatchesNoVersionWhenAbsentAndAllWithAStar) {
  EXPECT_THAT(http::if_none_match(a_get()).value().list, Optional(IsEmpty()));
  EXPECT_EQ(if_none_match("*").value().list, std::nullopt);
}

using Versions = std::vector<std::int64_t>;

struct List {
  std::string_view text;
  Versions strong;  ///< the versions by strong comparison
  Versions weak;    ///< the versions by weak comparison
};

const List lists[] = {
    {R"("1")", {1}, {1}},
    {R"("1", "2")", {1, 2}, {1, 2}},
    {R"("1","2"	 ,  "3")", {1, 2, 3}, {1, 2, 3}},
    {R"(  "3"  )", {3}, {3}},
    {R"("9223372036854775807")", {9223372036854775807}, {9223372036854775807}},
    // weak tags
    {R"(W/"1")", {}, {1}},
    {R"(W/"1", "2", W/"3")", {2}, {1, 2, 3}},
    // empty elements
    {R"(,"1")", {1}, {1}},
    {R"("1",)", {1}, {1}},
    {R"(, ,"1",, ,"2", ,)", {1, 2}, {1, 2}},
    // well-formed tags that are not versions
    {R"("")", {}, {}},
    {R"("one")", {}, {}},
    {R"("01")", {}, {}},
    {R"("+1")", {}, {}},
    {R"("1.0")", {}, {}},
    {R"("1x")", {}, {}},
    {R"("9223372036854775808")", {}, {}},
    {R"("1,2")", {}, {}},
    {R"("*")", {}, {}},
    {R"("\")", {}, {}},
    {R"("W/")", {}, {}},
    {R"("!#[]~")", {}, {}},
    {"\"\x80\xFF名\"", {}, {}},
    {R"("one", "2", "three")", {2}, {2}},
};

TEST(IfMatch, AllowsTheVersionsOfStrongTags) {
  for (const auto& [text, strong, weak] : lists)
    EXPECT_THAT(if_match(text).value().list, Optional(strong)) << text;
}

TEST(IfNoneMatch, MatchesTheVersionsOfStrongAndWeakTags) {
  for (const auto& [text, strong, weak] : lists)
    EXPECT_THAT(if_none_match(text).value().list, Optional(weak)) << text;
}

TEST(EntityTagList, IsRejectedWhenMalformed) {
  using namespace std::string_view_literals;
  for (const auto list : {
           ""sv,           " "sv,         ","sv,          " , ,"sv,       "1"sv,          "\""sv,
           R"("1)"sv,      R"(1")"sv,     R"("1" "2")"sv, R"("1""2")"sv,  R"("1";"2")"sv, R"("1", 2)"sv,
           R"("1", *)"sv,  R"(*, "1")"sv, "**"sv,         R"(w/"1")"sv,   R"(W "1")"sv,   R"(W/ "1")"sv,
           "W/1"sv,        "W/"sv,        R"(W"1")"sv,    R"(W/W/"1")"sv, "'1'"sv,        R"("a b")"sv,
           "\"a\tb\""sv,   "\"a\nb\""sv,  "\"\x7F\""sv,   "\"\x1F\""sv,   "\"\0\""sv,     R"("1"x)"sv,
           R"("1", "2)"sv, "W/*"sv,       "\"1\"\n"sv,
       }) {
    EXPECT_THAT(if_match(list), IsInvalid("If-Match", "invalid_format")) << list;
    EXPECT_THAT(if_none_match(list), IsInvalid("If-None-Match", "invalid_format")) << list;
  }
}

TEST(EntityTagList, HasAtMost100Tags) {
  EXPECT_EQ(if_match(times(100, R"("1",)")).value().list->size(), 100U);
  EXPECT_THAT(if_match(times(101, R"("1",)")), IsInvalid("If-Match", "invalid_format"));
  EXPECT_THAT(if_match(times(101, R"(W/"x", )")), IsInvalid("If-Match", "invalid_format"));
  EXPECT_TRUE(if_match(times(1000, ", ") + R"("1")")) << "an empty element is not a tag";
}

TEST(EntityTagList, MayBeSplitAcrossSeveralHeaders) {
  const Request request = a_put().header("If-Match", R"("1")").header("if-match", R"("2")");
  EXPECT_THAT(http::if_match(request).value().list, Optional(ElementsAre(1, 2)));
}

TEST(IfMatch, IsIndependentOfIfNoneMatch) {
  EXPECT_EQ(http::if_match(a_put().header("If-None-Match", "malformed")).value().list, std::nullopt);
  EXPECT_THAT(http::if_none_match(a_get().header("If-Match", "malformed")).value().list, Optional(IsEmpty()));
}

}  // namespace
}  // namespace serverless::http::testing
