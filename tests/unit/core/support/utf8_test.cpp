#include "core/support/utf8.h"

#include <gtest/gtest.h>

#include "tests/support/text.h"

namespace serverless::testing {
namespace {

using namespace std::string_view_literals;

TEST(Utf8, DecodesEveryCodePoint) {
  for (char32_t c = 0; c <= 0x10FFFF; c = c == 0xD7FF ? 0xE000 : c + 1) {
    const std::string text = utf8(c) + "tail";
    const auto decoded = decode_code_point(text);
    ASSERT_TRUE(decoded) << std::hex << static_cast<unsigned>(c);
    ASSERT_EQ(decoded->code_point, c);
    ASSERT_EQ(decoded->length, text.size() - 4);
  }
}

TEST(Utf8, DoesNotDecodeSurrogates) {
  for (char32_t c = 0xD800; c <= 0xDFFF; ++c)
    ASSERT_FALSE(decode_code_point(utf8(c))) << std::hex << static_cast<unsigned>(c);
}

constexpr std::string_view malformed[] = {
    "\x80"sv,              // a trail byte without a lead byte
    "\xBF"sv,              //
    "\xC0\x80"sv,          // overlong: U+0000
    "\xC1\xBF"sv,          // overlong: U+007F
    "\xE0\x80\x80"sv,      // overlong: U+0000
    "\xE0\x9F\xBF"sv,      // overlong: U+07FF
    "\xF0\x80\x80\x80"sv,  // overlong: U+0000
    "\xF0\x8F\xBF\xBF"sv,  // overlong: U+FFFF
    "\xF4\x90\x80\x80"sv,  // U+110000
    "\xF5\x80\x80\x80"sv,  // lead bytes that are never used
    "\xF8\x88\x80\x80\x80"sv,
    "\xFE"sv,
    "\xFF"sv,
    "\xC3"sv,  // truncated
    "\xE5\x90"sv,
    "\xE5"sv,
    "\xF0\x9F\x9A"sv,
    "\xF0\x9F"sv,
    "\xF0"sv,
    "\xC3("sv,  // a lead byte without its trail bytes
    "\xE5\x90("sv,
    "\xE5(\x90"sv,
    "\xF0\x9F\x9A("sv,
    "\xF0(\x9A\x80"sv,
    "\xC3\xC3"sv,
};

TEST(Utf8, DoesNotDecodeMalformedBytes) {
  for (const auto text : malformed) EXPECT_FALSE(decode_code_point(text)) << ::testing::PrintToString(text);
}

TEST(Utf8, DoesNotDecodeEmptyText) {
  EXPECT_FALSE(decode_code_point(""));
}

TEST(Utf8, DecodesTheLastCodePoint) {
  for (const char32_t c : U"\0\u007F\u0080\u07FF\u0800\uFFFF\U00010000\U0010FFFF"sv) {
    const std::string character = utf8(c);
    for (const auto& text : {character, "é" + character, "🚀" + character, "\x80" + character}) {
      const auto decoded = decode_last_code_point(text);
      ASSERT_TRUE(decoded) << std::hex << static_cast<unsigned>(c);
      EXPECT_EQ(decoded->code_point, c);
      EXPECT_EQ(decoded->length, character.size());
    }
  }
}

TEST(Utf8, DoesNotDecodeAMalformedEnd) {
  for (const auto text :
       {""sv, "\x80"sv, "\xC3"sv, "a\x80"sv, "\xC3\xA9\x80"sv, "\xE5\x90"sv, "\x80\x80\x80\x80\x80"sv})
    EXPECT_FALSE(decode_last_code_point(text)) << ::testing::PrintToString(text);
}

TEST(Utf8, AcceptsWellFormedText) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("José 名前 👩🏽‍🚀"));
  EXPECT_TRUE(is_utf8("\0"sv));
  EXPECT_TRUE(is_utf8("\xEF\xBF\xBF\xF4\x8F\xBF\xBF"));  // noncharacters are code points too
}

TEST(Utf8, RejectsMalformedBytesAnywhere) {
  for (const auto bytes : malformed) {
    const std::string text(bytes);
    for (const auto& whole : {text, text + "é", "é" + text, "a" + text + "b"})
      EXPECT_FALSE(is_utf8(whole)) << ::testing::PrintToString(whole);
  }
}

TEST(CountCodePoints, CountsEachLengthOfEncoding) {
  EXPECT_EQ(count_code_points(""), 0U);
  EXPECT_EQ(count_code_points("Aé四🍲"), 4U);
}

}  // namespace
}  // namespace serverless::testing
