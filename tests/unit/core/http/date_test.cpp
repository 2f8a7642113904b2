#include "core/http/date.h"

#include <gtest/gtest.h>

namespace serverless::http::testing {
namespace {

TEST(ParseDate, ReadsTheFormatOfHeaders) {
  EXPECT_EQ(parse_date("Sun, 06 Nov 1994 08:49:37 GMT"), from_rfc3339("1994-11-06T08:49:37.000Z"));
  EXPECT_EQ(parse_date("Thu, 29 Feb 2024 23:59:59 GMT"), from_rfc3339("2024-02-29T23:59:59.000Z"));
  EXPECT_EQ(parse_date("Thu, 01 Jan 1970 00:00:00 GMT"), Instant());
}

TEST(ParseDate, ReturnsNothingForOtherTexts) {
  using std::string_view_literals::operator""sv;
  for (const std::string_view text :
       {""sv, "soon"sv, "Sunday, 06-Nov-94 08:49:37 GMT"sv, "Sun Nov  6 08:49:37 1994"sv,
        "1994-11-06T08:49:37Z"sv, "Sun, 06 Nov 1994 08:49:37"sv, "Sun, 06 Nov 1994 08:49:37 CET"sv,
        "Sun, 06 Nov 1994 08:49:37 GMT+1"sv, "Sun, 06 Nov 1994 24:49:37 GMT"sv,
        "Sun, 36 Nov 1994 08:49:37 GMT"sv, "Sun, 06 Nov 1994 08:49:37 GMT\0"sv})
    EXPECT_EQ(parse_date(text), std::nullopt) << text;
}

TEST(ParseDate, ReturnsNothingForADateOfOtherLengthOrCase) {
  for (const char* text :
       {"Sun,06Nov199408:49:37GMT", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun,  6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 8:49:37 GMT", "Sun, 06 Nov 1994  8:49:37 GMT", "Sun, 06 Nov 1994 08:49:37GMT ",
        "Sun, 06 Nov 0994 08:49:37  GMT", " Sun, 06 Nov 1994 08:49:37 GMT", "sun, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 NOV 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 gmt", "Sun, +6 Nov 1994 08:49:37 GMT",
        "Sun, 06-Nov-1994 08:49:37 GMT", "Sun, 06 Nov 1994T08:49:37 GMT"})
    EXPECT_EQ(parse_date(text), std::nullopt) << text;
}

TEST(ParseDate, ReturnsNothingForADateThatDoesNotExist) {
  for (const char* text :
       {"Mon, 06 Nov 1994 08:49:37 GMT", "Tue, 31 Feb 2026 00:00:00 GMT", "Sun, 31 Feb 2026 00:00:00 GMT",
        "Wed, 29 Feb 2023 00:00:00 GMT", "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:60 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
        "Mon, 06 Nov 1994 24:00:00 GMT"})
    EXPECT_EQ(parse_date(text), std::nullopt) << text;
}

}  // namespace
}  // namespace serverless::http::testing
