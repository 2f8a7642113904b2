#include "core/http/headers.h"

#include <gmock/gmock.h>
#include "tests/support/matchers.h"

namespace serverless::http::testing {
namespace {

using serverless::testing::fields;
using ::testing::ElementsAre;
using ::testing::Pair;

TEST(Headers, AreFoundByNameRegardlessOfCase) {
  const Headers headers{{"Content-Type", "application/json"}};
  for (const char* name : {"Content-Type", "content-type", "CONTENT-TYPE", "cONTENT-tYPE"})
    EXPECT_EQ(headers.get(name), "application/json") << name;
  for (const char* name : {"Content-Typ", "Content-Types", "Content_Type", "", " Content-Type"})
    EXPECT_EQ(headers.get(name), std::nullopt) << name;
}

TEST(Headers, AreReplacedBySet) {
  Headers headers;
  headers.set("ETag", "\"1\"");
  headers.set("Vary", "Origin");
  headers.set("etag", "\"2\"");
  EXPECT_THAT(fields(headers), ElementsAre(Pair("ETag", "\"2\""), Pair("Vary", "Origin")));
}

TEST(Headers, AreJoinedByAdd) {
  Headers headers;
  headers.add("If-Match", "\"1\"");
  headers.add("IF-MATCH", "\"2\", \"3\"");
  headers.add("if-match", "");
  EXPECT_EQ(headers.get("If-Match"), "\"1\", \"2\", \"3\", ");
}

TEST(Headers, KeepTheOrderInWhichTheyWereSet) {
  Headers headers{{"b", "1"}, {"X-Y", "2"}, {"A", "3"}};
  headers.set("c", "4");
  headers.set("X-y", "5");
  headers.add("B", "6");
  EXPECT_THAT(fields(headers),
              ElementsAre(Pair("b", "1, 6"), Pair("X-Y", "5"), Pair("A", "3"), Pair("c", "4")));
}

TEST(Headers, AreDistinctWhenTheirNamesDifferInOneByte) {
  using namespace std::string_view_literals;
  Headers headers{{"x-@", "1"}};
  headers.set("x-`", "2");
  headers.set("x-\0a"sv, "3");
  headers.set("x-\0b"sv, "4");
  EXPECT_EQ(headers.size(), 4U);
}

TEST(Headers, MayHaveAnEmptyValue) {
  Headers headers;
  EXPECT_TRUE(headers.empty());
  headers.add("If-Match", "");
  EXPECT_FALSE(headers.empty());
  EXPECT_EQ(headers.get("If-Match"), "");
}

TEST(TrimWhitespace, RemovesSpacesAndTabsAtBothEnds) {
  constexpr std::pair<const char*, const char*> cases[] = {
      {"", ""}, {" \t ", ""}, {"a", "a"}, {" \ta b\t ", "a b"}, {"\na\r", "\na\r"}, {"\u00A0a", "\u00A0a"}};
  for (const auto& [text, trimmed] : cases) EXPECT_EQ(trim_whitespace(text), trimmed);
}

}  // namespace
}  // namespace serverless::http::testing
