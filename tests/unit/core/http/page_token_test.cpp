#include "core/http/page_token.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/support/base64.h"
#include "core/support/crc32.h"

namespace serverless::http::testing {
namespace {

/// Returns a token with this content and a valid checksum.
std::string token_of(std::string_view content) {
  std::string bytes(content);
  const std::uint32_t crc = crc32(content);
  for (const unsigned shift : {24U, 16U, 8U, 0U}) bytes.push_back(static_cast<char>(crc >> shift & 0xFFU));
  return base64url_encode(bytes);
}

constexpr const char* position = "position 7";

std::optional<std::string> position_in(std::string_view token) {
  return position_in_page_token("orders", token);
}

class PageToken : public ::testing::Test {
 protected:
  const std::string token_ = page_token("orders", position);
};

TEST_F(PageToken, ReturnsItsPositionForItsListingOnly) {
  EXPECT_EQ(position_in(token_), position);
  EXPECT_EQ(position_in_page_token("order", token_), std::nullopt);
  EXPECT_EQ(position_in_page_token("invoices", token_), std::nullopt);
}

TEST_F(PageToken, KeepsAnyBytes) {
  const std::string bytes("\0\xFF: \n", 5);
  EXPECT_EQ(position_in(page_token("orders", bytes)), bytes);
}

TEST_F(PageToken, NeedsNoEscapingInAUrl) {
  EXPECT_EQ(token_.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            std::string::npos);
}

TEST_F(PageToken, ContainsItsFormatItsListingAndItsPosition) {
  EXPECT_EQ(token_, token_of(fmt::format("1orders:{}", position)));
}

TEST_F(PageToken, IsRejectedWithAFlippedBitInItsText) {
  for (std::size_t i = 0; i < token_.size(); ++i) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string altered = token_;
      altered[i] = static_cast<char>(static_cast<unsigned char>(altered[i]) ^ 1U << bit);
      EXPECT_EQ(position_in(altered), std::nullopt) << altered;
    }
  }
}

TEST_F(PageToken, IsRejectedWithAFlippedBitInItsBytes) {
  const std::string bytes = base64url_decode(token_).value();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string altered = bytes;
      altered[i] = static_cast<char>(static_cast<unsigned char>(altered[i]) ^ 1U << bit);
      EXPECT_EQ(position_in(base64url_encode(altered)), std::nullopt) << "byte " << i << " bit " << bit;
    }
  }
}

TEST_F(PageToken, IsRejectedWhenTruncated) {
  for (std::size_t length = 0; length < token_.size(); ++length) {
    EXPECT_EQ(position_in(token_.substr(0, length)), std::nullopt) << "the first " << length;
    EXPECT_EQ(position_in(token_.substr(token_.size() - length)), std::nullopt) << "the last " << length;
  }
}

TEST_F(PageToken, IsRejectedWithAddedOrRemovedCharacters) {
  for (int c = 0; c < 256; ++c) {
    EXPECT_EQ(position_in(token_ + static_cast<char>(c)), std::nullopt) << c;
    EXPECT_EQ(position_in(static_cast<char>(c) + token_), std::nullopt) << c;
  }
  for (const char* padding : {"=", "==", "===", "AAAA", "%3D"})
    EXPECT_EQ(position_in(token_ + padding), std::nullopt) << padding;
  EXPECT_EQ(position_in(token_ + token_), std::nullopt);
  for (std::size_t i = 0; i < token_.size(); ++i)
    EXPECT_EQ(position_in(std::string(token_).erase(i, 1)), std::nullopt) << i;
}

TEST_F(PageToken, HasOneEncodingOnly) {
  // The last digit has unused bits, which must be zero.
  ASSERT_NE(base64url_decode(token_).value().size() % 3, 0U);
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (const char last : digits) {
    std::string other = token_;
    other.back() = last;
    EXPECT_EQ(position_in(other).has_value(), last == token_.back()) << other;
  }
}

TEST_F(PageToken, UsesTheUrlAlphabetOnly) {
  bool tried = false;
  for (int i = 0; i < 100; ++i) {
    std::string token = page_token("orders", fmt::to_string(i));
    const auto special = token.find_first_of("-_");
    if (special == std::string::npos) continue;
    token[special] = token[special] == '-' ? '+' : '/';
    EXPECT_EQ(position_in(token), std::nullopt) << token;
    tried = true;
  }
  EXPECT_TRUE(tried);
}

TEST_F(PageToken, IsRejectedForAnotherListingOrFormat) {
  EXPECT_EQ(position_in(token_of("1orders:7")), "7") << "the unchanged content is valid";
  for (const char* content : {"2orders:7", "0orders:7", "orders:7", "1names:7", "1Orders:7", "1ordersnamed:7",
                              "7", "1orders", "1", ""})
    EXPECT_EQ(position_in(token_of(content)), std::nullopt) << content;
}

TEST_F(PageToken, IsRejectedWhenMalformed) {
  using namespace std::string_view_literals;
  for (const auto text : {""sv, " "sv, "A"sv, "AA"sv, "AAAAAA"sv, "null"sv, "undefined"sv, "\0"sv, "名前"sv,
                          "0b7a3c55-0000-4000-8000-000000000001"sv, "../../etc/passwd"sv, "{}"sv}) {
    EXPECT_EQ(position_in(text), std::nullopt) << text;
  }
  EXPECT_EQ(position_in(std::string(100'000, 'A')), std::nullopt);
}

}  // namespace
}  // namespace serverless::http::testing
