#include "core/support/deadline.h"

#include <gtest/gtest.h>

#include "tests/support/fakes.h"

namespace serverless::testing {
namespace {

TEST(Deadline, CountsDownToTheReserve) {
  FakeClock clock;
  Deadline deadline(clock);
  deadline.set(clock.now() + milliseconds(1000));
  EXPECT_EQ(deadline.remaining_after(milliseconds(150)), milliseconds(850));
  clock.advance(milliseconds(900));
  EXPECT_EQ(deadline.remaining_after(milliseconds(150)), milliseconds(-50));
}

TEST(Deadline, IsFarAwayWhileThereIsNone) {
  FakeClock clock;
  Deadline deadline(clock);
  EXPECT_GE(deadline.remaining_after(milliseconds(150)), std::chrono::hours(1));
  deadline.set(clock.now());
  deadline.set(std::nullopt);
  EXPECT_GE(deadline.remaining_after(milliseconds(150)), std::chrono::hours(1));
}

}  // namespace
}  // namespace serverless::testing
