#include "users/page_position.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/support/base64.h"
#include "core/support/crc32.h"
#include "tests/support/users/fakes.h"

namespace users::testing {
namespace {

using serverless::base64url_decode;
using serverless::base64url_encode;
using serverless::crc32;

/// Returns a token with this content and a valid checksum.
std::string token_of(std::string_view content) {
  std::string bytes(content);
  const std::uint32_t crc = crc32(content);
  for (const unsigned shift : {24U, 16U, 8U, 0U}) bytes.push_back(static_cast<char>(crc >> shift & 0xFFU));
  return base64url_encode(bytes);
}

class PageToken : public ::testing::Test {
 protected:
  const std::string token_ = to_page_token(ada().id);
};

TEST_F(PageToken, ParsesBackToItsPosition) {
  FakeIds ids;
  for (int i = 0; i < 100; ++i) {
    const UserId id = UserId::make(ids);
    EXPECT_EQ(from_page_token(to_page_token(id)), id);
  }
}

TEST_F(PageToken, NeedsNoEscapingInAUrl) {
  EXPECT_EQ(token_.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            std::string::npos);
}

TEST_F(PageToken, ContainsItsFormatItsListingAndItsPosition) {
  EXPECT_EQ(token_, token_of("1users:" + ada().id.text()));
}

TEST_F(PageToken, IsRejectedWithAFlippedBitInItsText) {
  for (std::size_t i = 0; i < token_.size(); ++i) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string altered = token_;
      altered[i] = static_cast<char>(static_cast<unsigned char>(altered[i]) ^ 1U << bit);
      EXPECT_EQ(from_page_token(altered), std::nullopt) << altered;
    }
  }
}

TEST_F(PageToken, IsRejectedWithAFlippedBitInItsBytes) {
  const std::string bytes = base64url_decode(token_).value();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string altered = bytes;
      altered[i] = static_cast<char>(static_cast<unsigned char>(altered[i]) ^ 1U << bit);
      EXPECT_EQ(from_page_token(base64url_encode(altered)), std::nullopt) << "byte " << i << " bit " << bit;
    }
  }
}

TEST_F(PageToken, IsRejectedWhenTruncated) {
  for (std::size_t length = 0; length < token_.size(); ++length) {
    EXPECT_EQ(from_page_token(token_.substr(0, length)), std::nullopt) << "the first " << length;
    EXPECT_EQ(from_page_token(token_.substr(token_.size() - length)), std::nullopt) << "the last " << length;
  }
}

TEST_F(PageToken, IsRejectedWithAddedOrRemovedCharacters) {
  for (int c = 0; c < 256; ++c) {
    EXPECT_EQ(from_page_token(token_ + static_cast<char>(c)), std::nullopt) << c;
    EXPECT_EQ(from_page_token(static_cast<char>(c) + token_), std::nullopt) << c;
  }
  for (const char* padding : {"=", "==", "===", "AAAA", "%3D"})
    EXPECT_EQ(from_page_token(token_ + padding), std::nullopt) << padding;
  EXPECT_EQ(from_page_token(token_ + token_), std::nullopt);
  for (std::size_t i = 0; i < token_.size(); ++i)
    EXPECT_EQ(from_page_token(std::string(token_).erase(i, 1)), std::nullopt) << i;
}

TEST_F(PageToken, HasOneEncodingOnly) {
  // The last digit has unused bits, which must be zero.
  ASSERT_NE(base64url_decode(token_).value().size() % 3, 0U);
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (const char last : digits) {
    std::string other = token_;
    other.back() = last;
    EXPECT_EQ(from_page_token(other).has_value(), last == token_.back()) << other;
  }
}

TEST_F(PageToken, UsesTheUrlAlphabetOnly) {
  FakeIds ids;
  bool tried = false;
  for (int i = 0; i < 100; ++i) {
    std::string token = to_page_token(UserId::make(ids));
    const auto special = token.find_first_of("-_");
    if (special == std::string::npos) continue;
    token[special] = token[special] == '-' ? '+' : '/';
    EXPECT_EQ(from_page_token(token), std::nullopt) << token;
    tried = true;
  }
  EXPECT_TRUE(tried);
}

TEST_F(PageToken, IsRejectedForAnotherListingOrFormat) {
  const std::string id = ada().id.text();
  EXPECT_TRUE(from_page_token(token_of("1users:" + id))) << "the unchanged content is valid";
  for (const std::string& content : {
           "2users:" + id,
           "0users:" + id,
           "users:" + id,
           "1names:" + id,
           "1Users:" + id,
           "1usersnamed:" + id,
           fmt::format("1users:{}0", id),
           fmt::format("1users:{0}{0}", id),
           "1users: " + id,
           std::string("1users:ADA00000-0000-4000-8000-000000000001"),
           id,
           std::string("1users:42"),
           std::string("1users:"),
           std::string("1users"),
           std::string("1"),
           std::string(),
       }) {
    EXPECT_EQ(from_page_token(token_of(content)), std::nullopt) << content;
  }
}

TEST_F(PageToken, IsRejectedWhenMalformed) {
  using namespace std::string_view_literals;
  for (const auto text : {""sv, " "sv, "A"sv, "AA"sv, "AAAAAA"sv, "null"sv, "undefined"sv, "\0"sv, "名前"sv,
                          "ada00000-0000-4000-8000-000000000001"sv, "../../etc/passwd"sv, "{}"sv}) {
    EXPECT_EQ(from_page_token(text), std::nullopt) << text;
  }
  EXPECT_EQ(from_page_token(std::string(100'000, 'A')), std::nullopt);
}

// Tokens of a listing by name

const NamePosition ada_by_name = name_position(ada().id, ada().name);

TEST(NamePageToken, ParsesBackWithItsPrefix) {
  for (const char* prefix : {"a", "ada", "ada lovelace"})
    EXPECT_EQ(from_page_token(prefix, to_page_token(prefix, ada_by_name)), ada_by_name);
}

TEST(NamePageToken, IsValidForItsListingOnly) {
  const auto token = to_page_token("ada", ada_by_name);
  for (const char* prefix : {"a", "ad", "ada ", "adb", "b"})
    EXPECT_EQ(from_page_token(prefix, token), std::nullopt);
  EXPECT_EQ(from_page_token(token), std::nullopt);
  EXPECT_EQ(from_page_token("ada", to_page_token(ada().id)), std::nullopt);
}

TEST(NamePageToken, IsRejectedWhenTruncatedOrAltered) {
  const auto token = to_page_token("ada", ada_by_name);
  for (std::size_t size = 0; size < token.size(); ++size)
    EXPECT_EQ(from_page_token("ada", token.substr(0, size)), std::nullopt);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string altered = token;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(from_page_token("ada", altered), std::nullopt);
  }
}

}  // namespace
}  // namespace users::testing
