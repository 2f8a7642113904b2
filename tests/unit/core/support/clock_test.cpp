#include "core/support/clock.h"

#include <gtest/gtest.h>

namespace serverless::testing {
namespace {

using std::chrono::milliseconds;

struct Pair {
  std::int64_t epoch_ms;
  const char* text;
};

constexpr Pair pairs[] = {
    {0, "1970-01-01T00:00:00.000Z"},
    {-1, "1969-12-31T23:59:59.999Z"},
    {1'767'323'045'678, "2026-01-02T03:04:05.678Z"},
    {951'782'400'000, "2000-02-29T00:00:00.000Z"},
    {1'709'164'800'000, "2024-02-29T00:00:00.000Z"},
    {-62'167'219'200'000, "0000-01-01T00:00:00.000Z"},
    {253'402'300'799'999, "9999-12-31T23:59:59.999Z"},
};

TEST(Milliseconds, HaveThreeDecimals) {
  for (const auto& [microseconds, text] : {std::pair{0, "0.000"},
                                           {7, "0.007"},
                                           {999, "0.999"},
                                           {1'000, "1.000"},
                                           {1'234, "1.234"},
                                           {60'000'001, "60000.001"}})
    EXPECT_EQ(to_milliseconds(std::chrono::microseconds(microseconds)), text);
}

TEST(Rfc3339, IsWrittenInUtcWithMilliseconds) {
  for (const auto& [epoch_ms, text] : pairs) EXPECT_EQ(to_rfc3339(Instant(milliseconds(epoch_ms))), text);
}

TEST(Rfc3339, IsParsed) {
  for (const auto& [epoch_ms, text] : pairs)
    EXPECT_EQ(from_rfc3339(text), Instant(milliseconds(epoch_ms))) << text;
}

TEST(Rfc3339, IsRejectedInOtherForms) {
  for (const char* text : {
           "",
           "2026-01-02",
           "2026-01-02T03:04:05Z",
           "2026-01-02T03:04:05.67Z",
           "2026-01-02T03:04:05.6789Z",
           "2026-01-02T03:04:05.678",
           "2026-01-02T03:04:05.678z",
           "2026-01-02t03:04:05.678Z",
           "2026-01-02 03:04:05.678Z",
           "2026-01-02T03:04:05,678Z",
           "2026-01-02T03:04:05.678+00:00",
           " 2026-01-02T03:04:05.678Z",
           "2026-01-02T03:04:05.678Z ",
           "+026-01-02T03:04:05.678Z",
           "2026-1--02T03:04:05.678Z",
           "2026-01-02T03:04:-5.678Z",
           "2026-01-02T03:04:05. 78Z",
           "2O26-01-02T03:04:05.678Z",
       }) {
    EXPECT_EQ(from_rfc3339(text), std::nullopt) << text;
  }
}

TEST(Rfc3339, IsRejectedForADayOrATimeThatDoesNotExist) {
  for (const char* text : {
           "2026-00-02T03:04:05.678Z",
           "2026-13-02T03:04:05.678Z",
           "2026-01-00T03:04:05.678Z",
           "2026-01-32T03:04:05.678Z",
           "2026-04-31T03:04:05.678Z",
           "2026-02-29T03:04:05.678Z",
           "1900-02-29T03:04:05.678Z",
           "2024-02-30T03:04:05.678Z",
           "2026-01-02T24:00:00.000Z",
           "2026-01-02T03:60:05.678Z",
           "2026-12-31T23:59:60.000Z",
       }) {
    EXPECT_EQ(from_rfc3339(text), std::nullopt) << text;
  }
}

TEST(SystemClock, ReturnsTheTimeOfTheSystem) {
  const auto system_now = [] { return std::chrono::floor<milliseconds>(std::chrono::system_clock::now()); };
  const Instant before = system_now();
  const Instant now = SystemClock().now();
  EXPECT_LE(before, now);
  EXPECT_LE(now, system_now());
}

TEST(SystemClock, SleepsForAtLeastTheDuration) {
  const auto start = std::chrono::steady_clock::now();
  SystemClock().sleep_for(milliseconds(2));
  EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(2));
}

}  // namespace
}  // namespace serverless::testing
