#include "core/support/crc32.h"

#include <gtest/gtest.h>

namespace serverless::testing {
namespace {

TEST(Crc32, MatchesZlib) {
  using namespace std::string_view_literals;
  EXPECT_EQ(crc32(""), 0U);
  EXPECT_EQ(crc32("a"), 0xE8B7BE43U);
  EXPECT_EQ(crc32("123456789"), 0xCBF43926U);
  EXPECT_EQ(crc32("The quick brown fox jumps over the lazy dog"), 0x414FA339U);
  EXPECT_EQ(crc32("\xFF"), 0xFF000000U);
  EXPECT_EQ(crc32("\0\0\0\0"sv), 0x2144DF1CU);
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  EXPECT_EQ(crc32(all), 0x29058C73U);
  EXPECT_EQ(crc32(all.substr(1)), 0xD0161F87U);
}

}  // namespace
}  // namespace serverless::testing
