#include "support/environment.h"

#include <gmock/gmock.h>

#include <cstdlib>

namespace users::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

constexpr const char* name = "USERS_API_UNIT_TEST";

class ProcessEnvironmentTest : public ::testing::Test {
 protected:
  ~ProcessEnvironmentTest() override { unsetenv(name); }

  ProcessEnvironment environment_;
};

TEST_F(ProcessEnvironmentTest, HasWhatWasSet) {
  setenv(name, "second", 1);
  EXPECT_EQ(environment_.get(name), "second");
  EXPECT_EQ(environment_.get_or(name, "fallback"), "second");
  EXPECT_EQ(environment_.require(name), "second");
}

TEST_F(ProcessEnvironmentTest, FallsBackWhereThereIsNoVariable) {
  EXPECT_EQ(environment_.get(name), std::nullopt);
  EXPECT_EQ(environment_.get_or(name, "fallback"), "fallback");
}

TEST_F(ProcessEnvironmentTest, TakesAnEmptyVariableForAbsent) {
  setenv(name, "", 1);
  EXPECT_EQ(environment_.get(name), std::nullopt);
  EXPECT_EQ(environment_.get_or(name, "fallback"), "fallback");
}

TEST_F(ProcessEnvironmentTest, NamesTheRequiredVariableThatIsAbsent) {
  EXPECT_THAT([&] { (void)environment_.require(name); }, ThrowsMessage<ConfigurationError>(HasSubstr(name)));
  setenv(name, "", 1);
  EXPECT_THAT([&] { (void)environment_.require(name); }, ThrowsMessage<ConfigurationError>(HasSubstr(name)));
}

TEST(ExportTraceId, ReplacesTheOneBefore) {
  const ProcessEnvironment environment;
  export_trace_id("Root=1-first");
  EXPECT_EQ(environment.get("_X_AMZN_TRACE_ID"), "Root=1-first");
  export_trace_id("Root=1-second;Parent=53995c3f42cd8ad8;Sampled=1");
  EXPECT_EQ(environment.get("_X_AMZN_TRACE_ID"), "Root=1-second;Parent=53995c3f42cd8ad8;Sampled=1");
}

}  // namespace
}  // namespace users::testing
