#include "core/support/parse_integer.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace serverless::testing {
namespace {

using namespace std::string_view_literals;

TEST(ParseInteger, ReadsTheWholeText) {
  EXPECT_EQ(parse_integer<int>("0"), 0);
  EXPECT_EQ(parse_integer<int>("-12"), -12);
  EXPECT_EQ(parse_integer<int>("007"), 7);
  EXPECT_EQ(parse_integer<int>("fF", 16), 255);
  for (const auto text : {""sv, "-"sv, "+1"sv, " 1"sv, "1 "sv, "1.0"sv, "1x"sv, "1\0"sv, "0x1"sv})
    EXPECT_EQ(parse_integer<int>(text), std::nullopt) << text;
}

TEST(ParseInteger, ReadsOnlyWhatFits) {
  EXPECT_EQ(parse_integer<std::int8_t>("-128"), -128);
  EXPECT_EQ(parse_integer<std::int8_t>("128"), std::nullopt);
  EXPECT_EQ(parse_integer<std::uint16_t>("65535"), 65535);
  EXPECT_EQ(parse_integer<std::uint16_t>("65536"), std::nullopt);
  EXPECT_EQ(parse_integer<std::uint16_t>("-1"), std::nullopt);
}

}  // namespace
}  // namespace serverless::testing
