#include "core/support/ascii.h"

#include <gtest/gtest.h>

namespace serverless::testing {
namespace {

using namespace std::string_view_literals;

TEST(EqualIgnoringCase, IgnoresTheCaseOfLettersOnly) {
  EXPECT_TRUE(equal_ignoring_case("", ""));
  EXPECT_TRUE(equal_ignoring_case("Azaz09-", "aZAZ09-"));
  EXPECT_FALSE(equal_ignoring_case("a", "aa"));
  EXPECT_FALSE(equal_ignoring_case("aa", "a"));
  EXPECT_FALSE(equal_ignoring_case("a", "b"));
  // Their bytes differ in the same bit as those of a letter's cases.
  EXPECT_FALSE(equal_ignoring_case("@[", "`{"));
  EXPECT_FALSE(equal_ignoring_case(" ", "\0"sv));
  EXPECT_FALSE(equal_ignoring_case("\xC3\x84", "\xC3\xA4"));
}

TEST(HasShape, ComparesAllButTheDigits) {
  EXPECT_TRUE(has_shape<is_digit>("12:34", "00:00"));
  EXPECT_TRUE(has_shape<is_hexadecimal_digit>("1-fA", "1-00"));
  EXPECT_TRUE(has_shape<is_digit>("", ""));
  for (const auto text : {""sv, "12:3"sv, "12:345"sv, "12-34"sv, "12:3a"sv, "12:3 "sv, "12:34\0"sv})
    EXPECT_FALSE(has_shape<is_digit>(text, "00:00")) << text;
}

}  // namespace
}  // namespace serverless::testing
