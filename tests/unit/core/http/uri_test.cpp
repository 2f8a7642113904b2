#include "core/http/uri.h"

#include <gmock/gmock.h>

namespace serverless::http::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(EncodedPath, KeepsTheCharactersOfAPath) {
  for (const char* path :
       {"", "/", "/orders/5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f", "/AZaz09-._~!$&'()*+,;=:@/"})
    EXPECT_EQ(encoded_path(path), path);
}

TEST(EncodedPath, EncodesOtherCharacters) {
  constexpr std::pair<const char*, const char*> cases[] = {
      {"/a b", "/a%20b"},
      {"/é名🚀", "/%C3%A9%E5%90%8D%F0%9F%9A%80"},
      {"/\"<>\\^`{|}[]#?", "/%22%3C%3E%5C%5E%60%7B%7C%7D%5B%5D%23%3F"},
      {"/\x01\r\n\x7F\xFF", "/%01%0D%0A%7F%FF"},
      {"/50%", "/50%25"},
      {"/%4", "/%254"},
      {"/%4G", "/%254G"},
      {"/%-1", "/%25-1"},
      {"/%%41", "/%25%41"},
  };
  for (const auto& [path, encoded] : cases) EXPECT_EQ(encoded_path(path), encoded);
}

TEST(EncodedPath, KeepsEncodedCharacters) {
  EXPECT_EQ(encoded_path("/a%20b%2Fc%c3%a9"), "/a%20b%2Fc%c3%a9");
  EXPECT_EQ(encoded_path(encoded_path("/a b%20é 50%")), encoded_path("/a b%20é 50%"));
}

TEST(EncodedPath, NeverNamesAnotherHost) {
  constexpr std::pair<const char*, const char*> cases[] = {
      {"//evil.example/orders", "/evil.example/orders"}, {"////a//b", "/a//b"}, {"//", "/"}};
  for (const auto& [path, encoded] : cases) EXPECT_EQ(encoded_path(path), encoded);
}

TEST(PercentDecoded, IsDecodedOnce) {
  using namespace std::string_view_literals;
  constexpr std::pair<const char*, std::string_view> cases[] = {
      {"", ""sv},       {"plain", "plain"sv}, {"a%20b", "a b"sv},   {"%C3%A9%c3%a9", "éé"sv},
      {"a+b", "a+b"sv}, {"%2541", "%41"sv},   {"%00", "\0"sv},      {"%", "%"sv},
      {"50%", "50%"sv}, {"%4", "%4"sv},       {"%4G%41", "%4GA"sv}, {"%%41", "%A"sv},
      {"%+1", "%+1"sv}, {"%-1", "%-1"sv},     {"% 1", "% 1"sv},
  };
  for (const auto& [text, decoded] : cases) EXPECT_EQ(percent_decoded(text), decoded) << text;
}

TEST(ParseQuery, ReturnsParametersInOrder) {
  EXPECT_THAT(parse_query(""), IsEmpty());
  EXPECT_THAT(parse_query("a=1"), ElementsAre(Pair("a", "1")));
  EXPECT_THAT(parse_query("b=2&a=1&b=3"), ElementsAre(Pair("b", "2"), Pair("a", "1"), Pair("b", "3")));
}

TEST(ParseQuery, DecodesNamesAndValues) {
  EXPECT_THAT(
      parse_query("customer=o%27hara%2Btag%40example.com&na+me=Jos%C3%A9+%26+co&%61=%3D"),
      ElementsAre(Pair("customer", "o'hara+tag@example.com"), Pair("na me", "José & co"), Pair("a", "=")));
}

TEST(ParseQuery, TreatsMissingNamesAndValuesAsEmpty) {
  EXPECT_THAT(parse_query("a&b=&=c&=&d=1=2"),
              ElementsAre(Pair("a", ""), Pair("b", ""), Pair("", "c"), Pair("", ""), Pair("d", "1=2")));
  EXPECT_THAT(parse_query("&&a=1&&"), ElementsAre(Pair("a", "1")));
}

}  // namespace
}  // namespace serverless::http::testing
