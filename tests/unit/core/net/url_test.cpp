#include "core/net/url.h"

#include <gtest/gtest.h>

#include <tuple>

namespace serverless::net::testing {
namespace {

using namespace std::string_view_literals;

TEST(ParseUrl, ReturnsTheServerAndTheTarget) {
  constexpr std::tuple<const char*, const char*, const char*, const char*> cases[] = {
      {"https://example.com", "https://example.com", "example.com", ""},
      {"https://example.com/", "https://example.com", "example.com", "/"},
      {"http://127.0.0.1:3000/a/b?c=/d", "http://127.0.0.1:3000", "127.0.0.1:3000", "/a/b?c=/d"},
      {"http://[::1]:3000?a", "http://[::1]:3000", "[::1]:3000", "?a"},
      {"https://example.com/a@b://c", "https://example.com", "example.com", "/a@b://c"},
  };
  for (const auto& [text, server, authority, target] : cases) {
    const auto url = parse_url(text);
    ASSERT_TRUE(url) << text;
    EXPECT_EQ(url->server, server);
    EXPECT_EQ(url->authority, authority);
    EXPECT_EQ(url->target, target);
  }
}

TEST(ParseUrl, ReturnsNothingForOtherTexts) {
  for (const auto text :
       {""sv, "example.com"sv, "://example.com"sv, "a/b://example.com"sv, "1://example.com"sv,
        "//example.com"sv, "https:/example.com"sv, "https://"sv, "https:///path"sv, "https://?query"sv,
        "https://:80"sv, "https://name@example.com"sv, "https://name:password@example.com/"sv,
        "https://example.com/#fragment"sv, "https://example.com#@evil.example"sv, "https://example.com/a b"sv,
        "https://example.com/\r\n"sv, "https://example.com\0"sv,
        "https://b\xC3\xBC"
        "cher.example"sv})
    EXPECT_FALSE(parse_url(text)) << text;
}

}  // namespace
}  // namespace serverless::net::testing
