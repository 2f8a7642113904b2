#include "core/http/page_token.h"

#include <gtest/gtest.h>

namespace serverless::http::testing {
namespace {

// tests/unit/users/page_position_test.cpp alters tokens in every way.

TEST(OpaquePageToken, ReturnsItsPositionForItsListingOnly) {
  const std::string token = page_token("orders", "position 7");
  EXPECT_EQ(page_position("orders", token), "position 7");
  EXPECT_EQ(page_position("order", token), std::nullopt);
  EXPECT_EQ(page_position("invoices", token), std::nullopt);
}

TEST(OpaquePageToken, KeepsAnyBytes) {
  const std::string bytes("\0\xFF: \n", 5);
  EXPECT_EQ(page_position("orders", page_token("orders", bytes)), bytes);
}

TEST(OpaquePageToken, IsRefusedWhenAlteredOrCutShort) {
  const std::string token = page_token("orders", "7");
  EXPECT_EQ(page_position("orders", token.substr(1)), std::nullopt);
  EXPECT_EQ(page_position("orders", token.substr(0, token.size() - 1)), std::nullopt);
  EXPECT_EQ(page_position("orders", token + "A"), std::nullopt);
  EXPECT_EQ(page_position("orders", ""), std::nullopt);
}

}  // namespace
}  // namespace serverless::http::testing
