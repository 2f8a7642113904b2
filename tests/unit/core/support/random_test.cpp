#include "core/support/random.h"

#include <gtest/gtest.h>

namespace serverless::testing {
namespace {

TEST(SystemRandom, ReturnsNumbersSpreadFrom0To1) {
  SystemRandom random;
  bool low = false;
  bool high = false;
  for (int i = 0; i < 1000; ++i) {
    const double number = random.unit();
    EXPECT_GE(number, 0.0);
    EXPECT_LT(number, 1.0);
    low = low || number < 0.1;
    high = high || number >= 0.9;
  }
  EXPECT_TRUE(low);
  EXPECT_TRUE(high);
}

}  // namespace
}  // namespace serverless::testing
