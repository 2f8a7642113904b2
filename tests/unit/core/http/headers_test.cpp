#include "core/http/headers.h"

#include <gmock/gmock.h>

#include "tests/support/matchers.h"

namespace serverless::http::testing {
namespace {

using serverless::testing::fields;
using ::testing::ElementsAre;
using ::testing::Pair;

TEST(Headers, AreFoundByNameInAnyCase) {
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

TEST(Headers, AreSortedByTheirNamesInLowerCase) {
  const Headers headers{{"b", ""}, {"X-Y", ""}, {"A", ""}, {"X", ""}, {"X_Y", ""}, {"c", ""}, {"B-C", ""}};
  std::vector<std::string> names;
  for (const auto& [name, value] : headers) names.push_back(name);
  EXPECT_THAT(names, ElementsAre("A", "b", "B-C", "c", "X", "X-Y", "X_Y"));
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
