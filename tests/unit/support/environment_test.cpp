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
  static void set(const char* value) { setenv(name, value, /*overwrite=*/1); }

  ProcessEnvironment environment_;
};

TEST_F(ProcessEnvironmentTest, HasWhatIsSet) {
  set("value");
  EXPECT_EQ(environment_.get(name), "value");
  EXPECT_EQ(environment_.get_or(name, "fallback"), "value");
  EXPECT_EQ(environment_.require(name), "value");
}

TEST_F(ProcessEnvironmentTest, FallsBackWhereThereIsNoVariable) {
  EXPECT_EQ(environment_.get(name), std::nullopt);
  EXPECT_EQ(environment_.get_or(name, "fallback"), "fallback");
}

TEST_F(ProcessEnvironmentTest, TakesAnEmptyVariableForAbsent) {
  set("");
  EXPECT_EQ(environment_.get(name), std::nullopt);
  EXPECT_EQ(environment_.get_or(name, "fallback"), "fallback");
}

TEST_F(ProcessEnvironmentTest, NamesTheRequiredVariableThatIsAbsent) {
  const auto require = [this] { (void)environment_.require(name); };
  EXPECT_THAT(require, ThrowsMessage<ConfigurationError>(HasSubstr(name)));
  set("");
  EXPECT_THAT(require, ThrowsMessage<ConfigurationError>(HasSubstr(name)));
}

TEST(ExportTraceId, ReplacesTheOneBefore) {
  const ProcessEnvironment environment;
  for (const char* trace_id : {"Root=1-5", "Root=1-67891233-abcdef012345678912345678", "Root=1-6"}) {
    export_trace_id(trace_id);
    EXPECT_EQ(environment.get("_X_AMZN_TRACE_ID"), trace_id);
  }
  export_trace_id("");
  EXPECT_EQ(environment.get("_X_AMZN_TRACE_ID"), std::nullopt);
}

}  // namespace
}  // namespace users::testing
