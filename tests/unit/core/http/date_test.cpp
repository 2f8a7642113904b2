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

}  // namespace
}  // namespace serverless::http::testing
