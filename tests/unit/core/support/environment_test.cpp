#include "core/support/environment.h"

#include <gmock/gmock.h>

#include <cstdlib>

namespace serverless::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

constexpr const char* name = "SERVERLESS_UNIT_TEST";

class ProcessEnvironmentTest : public ::testing::Test {
 protected:
  ~ProcessEnvironmentTest() override { unsetenv(name); }
  static void set(const char* value) { setenv(name, value, /*overwrite=*/1); }

  ProcessEnvironment environment_;
};

TEST_F(ProcessEnvironmentTest, ReturnsAVariable) {
  set("value");
  EXPECT_EQ(environment_.get_even_empty(name), "value");
  EXPECT_EQ(environment_.get(name), "value");
  EXPECT_EQ(environment_.get_or(name, "fallback"), "value");
  EXPECT_EQ(environment_.require(name), "value");
}

TEST_F(ProcessEnvironmentTest, FallsBackWithoutAVariable) {
  EXPECT_EQ(environment_.get_even_empty(name), std::nullopt);
  EXPECT_EQ(environment_.get(name), std::nullopt);
  EXPECT_EQ(environment_.get_or(name, "fallback"), "fallback");
}

TEST_F(ProcessEnvironmentTest, ReturnsAnEmptyVariableFromGetEvenEmptyOnly) {
  set("");
  EXPECT_EQ(environment_.get_even_empty(name), "");
  EXPECT_EQ(environment_.get(name), std::nullopt);
  EXPECT_EQ(environment_.get_or(name, "fallback"), "fallback");
}

TEST_F(ProcessEnvironmentTest, NamesARequiredVariableThatIsAbsent) {
  const auto require = [this] { (void)environment_.require(name); };
  EXPECT_THAT(require, ThrowsMessage<ConfigurationError>(HasSubstr(name)));
  set("");
  EXPECT_THAT(require, ThrowsMessage<ConfigurationError>(HasSubstr(name)));
}

}  // namespace
}  // namespace serverless::testing
