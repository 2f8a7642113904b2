#include "users/name.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/support/printers.h"
#include "tests/support/text.h"

namespace users::testing {
namespace {

using serverless::testing::times;
using serverless::testing::utf8;

const Checked<std::string> too_short = tl::unexpected(FieldFault{"too_short", "must not be empty"});
const Checked<std::string> too_long =
    tl::unexpected(FieldFault{"too_long", "must have at most 100 characters"});
const Checked<std::string> with_control_character =
    tl::unexpected(FieldFault{"invalid_format", "must not contain control characters"});

/// One code point of each length in UTF-8.
constexpr const char* code_points[] = {"a", "é", "名", "🚀"};

/// The characters with Unicode's property White_Space (PropList.txt), except control characters.
const std::set<char32_t> white_space = {0x20,   0xA0,   0x1680, 0x2000, 0x2001, 0x2002, 0x2003,
                                        0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200A,
                                        0x2028, 0x2029, 0x202F, 0x205F, 0x3000};

bool is_control(char32_t c) {
  return c <= 0x1F || (c >= 0x7F && c <= 0x9F);
}

TEST(Name, HasFrom1To100CodePoints) {
  for (const char* one : code_points) {
    EXPECT_EQ(trimmed_name(one), one);
    EXPECT_EQ(trimmed_name(times(100, one)), times(100, one));
    EXPECT_EQ(trimmed_name(times(101, one)), too_long) << one;
  }
  EXPECT_EQ(trimmed_name(""), too_short);
}

TEST(Name, CountsCodePointsInsteadOfGraphemes) {
  const std::string e_with_accent = "e" + utf8(0x301);
  EXPECT_EQ(trimmed_name(times(50, e_with_accent)), times(50, e_with_accent));
  EXPECT_EQ(trimmed_name(times(50, e_with_accent) + "e"), too_long);
}

TEST(Name, CountsCodePointsAfterTrimming) {
  const std::string spaces(200, ' ');
  EXPECT_EQ(trimmed_name(spaces + times(100, "é") + spaces), times(100, "é"));
  EXPECT_EQ(trimmed_name(spaces + times(101, "é") + spaces), too_long);
  EXPECT_EQ(trimmed_name("a" + std::string(98, ' ') + "b"), "a" + std::string(98, ' ') + "b");
  EXPECT_EQ(trimmed_name("a" + std::string(99, ' ') + "b"), too_long);
}

TEST(Name, IsTrimmed) {
  for (const char32_t space : white_space) {
    const std::string s = utf8(space);
    EXPECT_EQ(trimmed_name(fmt::format("{0}Ada{0}", s)), "Ada") << std::hex << static_cast<unsigned>(space);
    EXPECT_EQ(trimmed_name(fmt::format("{0}{0}Ada{0}King{0}{0}", s)), fmt::format("Ada{}King", s));
    EXPECT_EQ(trimmed_name(s), too_short);
    EXPECT_EQ(trimmed_name(times(3, s)), too_short);
  }
}

TEST(Name, KeepsAllOtherCodePoints) {
  for (char32_t c = 0x20; c <= 0xFFFF; c = c == 0xD7FF ? 0xE000 : c + 1) {
    if (is_control(c) || white_space.contains(c)) continue;
    ASSERT_EQ(trimmed_name(utf8(c)), utf8(c)) << std::hex << static_cast<unsigned>(c);
  }
}

TEST(Name, RejectsControlCharactersAnywhere) {
  for (char32_t c = 0; c <= 0x9F; ++c) {
    if (!is_control(c)) continue;
    for (const auto& name : {utf8(c), utf8(c) + "Ada", "Ada" + utf8(c) + "King", "Ada" + utf8(c),
                             " " + utf8(c) + " Ada", "Ada " + utf8(c) + " ", times(200, "é") + utf8(c)}) {
      EXPECT_EQ(trimmed_name(name), with_control_character) << ::testing::PrintToString(name);
    }
  }
}

TEST(Name, KeepsItsCaseAndItsForm) {
  for (const std::string& name : {std::string("José"), "Jose" + utf8(0x301), std::string("ADA lovelace"),
                                  std::string("O'Hara  \"the\" <b>"), std::string("👩🏽‍🚀")}) {
    EXPECT_EQ(trimmed_name(name), name);
  }
}

TEST(NamePrefix, HasFrom1To100CodePointsWithoutControlCharacters) {
  for (const char* text : {"a", " ", "名", "ada ", " ada"}) EXPECT_EQ(checked_name(text), text);
  EXPECT_EQ(checked_name(std::string(100, 'a')), std::string(100, 'a'));
  EXPECT_EQ(checked_name(""), too_short);
  EXPECT_EQ(checked_name(std::string(101, 'a')), too_long);
  EXPECT_EQ(checked_name("a\nb"), with_control_character);
}

}  // namespace
}  // namespace users::testing
