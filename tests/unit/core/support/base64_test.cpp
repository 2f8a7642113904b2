#include "core/support/base64.h"

#include <gtest/gtest.h>

#include "tests/support/text.h"

namespace serverless::testing {
namespace {

using namespace std::string_view_literals;

struct Vector {
  std::string_view bytes;
  const char* base64;
  const char* base64url;
};

constexpr Vector vectors[] = {
    // RFC 4648, section 10
    {"", "", ""},
    {"f", "Zg==", "Zg"},
    {"fo", "Zm8=", "Zm8"},
    {"foo", "Zm9v", "Zm9v"},
    {"foob", "Zm9vYg==", "Zm9vYg"},
    {"fooba", "Zm9vYmE=", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
    // digits that differ between the alphabets, and zero bytes
    {"\xFB\xFF\xBE"sv, "+/++", "-_--"},
    {"\0"sv, "AA==", "AA"},
    {"\0\0\0"sv, "AAAA", "AAAA"},
    {"\xFF"sv, "/w==", "_w"},
};

TEST(Base64, IsEncodedWithPadding) {
  for (const auto& [bytes, base64, base64url] : vectors) EXPECT_EQ(base64_encode(bytes), base64);
}

TEST(Base64, IsDecoded) {
  for (const auto& [bytes, base64, base64url] : vectors) EXPECT_EQ(base64_decode(base64), bytes) << base64;
}

TEST(Base64, IsDecodedFromTheCanonicalFormOnly) {
  for (const char* text : {
           "Zg",        // no padding
           "Zg=",       // too little padding
           "Zg===",     // too much padding
           "Zm9v====",  //
           "=",        "==",         "===",   "====",
           "Z===",      // six bits are less than a byte
           "Zg==Zg==",  // padding in the middle
           "Z=g=",     "=Zg=",
           "Zh==",  // unused bits that are not zero
           "Zm9=",  //
           "Zm9v\n",   "Zm9vYg==\n", " Zm9v", "Zm 9v", "Zm\n9v",
           "-_--",  // the other alphabet
           "Zm9\xC3",
       }) {
    EXPECT_EQ(base64_decode(text), std::nullopt) << text;
  }
  EXPECT_EQ(base64_decode("Zm9\0"sv), std::nullopt);
}

TEST(Base64Url, IsEncodedWithoutPadding) {
  for (const auto& [bytes, base64, base64url] : vectors) EXPECT_EQ(base64url_encode(bytes), base64url);
}

TEST(Base64Url, IsDecoded) {
  for (const auto& [bytes, base64, base64url] : vectors)
    EXPECT_EQ(base64url_decode(base64url), bytes) << base64url;
}

TEST(Base64Url, IsDecodedFromTheCanonicalFormOnly) {
  for (const char* text : {
           "Z",      // six bits are less than a byte
           "Zm9vY",  //
           "Zg==",   // padding
           "Zm8=",   //
           "Zh",     // unused bits that are not zero
           "Zm9",
           "Zm9vYh",
           "Zm9vYmF",
           "+/++",  // the other alphabet
           "Zm9v\n",
           " Zm9v",
           "Zm.v",
           "Zm9\xC3",
       }) {
    EXPECT_EQ(base64url_decode(text), std::nullopt) << text;
  }
}

TEST(Base64Url, KeepsEveryByteAtEveryPosition) {
  for (int byte = 0; byte < 256; ++byte) {
    for (std::size_t before = 0; before < 3; ++before) {
      const std::string bytes = times(before, "x") + static_cast<char>(byte) + "y";
      ASSERT_EQ(base64url_decode(base64url_encode(bytes)), bytes);
    }
  }
}

}  // namespace
}  // namespace serverless::testing
