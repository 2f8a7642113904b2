#include "core/http/page_token.h"

#include <gtest/gtest.h>

namespace serverless::http::testing {
namespace {

// tests/unit/users/page_position_test.cpp tests more altered tokens.

TEST(OpaquePageToken, ReturnsItsPositionForItsListingOnly) {
  const std::string token = page_token("orders", "position 7");
  EXPECT_EQ(position_in_page_token("orders", token), "position 7");
  EXPECT_EQ(position_in_page_token("order", token), std::nullopt);
  EXPECT_EQ(position_in_page_token("invoices", token), std::nullopt);
}

TEST(OpaquePageToken, KeepsAnyBytes) {
  const std::string bytes("\0\xFF: \n", 5);
  EXPECT_EQ(position_in_page_token("orders", page_token("orders", bytes)), bytes);
}

TEST(OpaquePageToken, IsRejectedWhenTruncatedOrExtended) {
  const std::string token = page_token("orders", "7");
  EXPECT_EQ(position_in_page_token("orders", token.substr(1)), std::nullopt);
  EXPECT_EQ(position_in_page_token("orders", token.substr(0, token.size() - 1)), std::nullopt);
  EXPECT_EQ(position_in_page_token("orders", token + "A"), std::nullopt);
  EXPECT_EQ(position_in_page_token("orders", ""), std::nullopt);
}

}  // namespace
}  // namespace serverless::http::testing
