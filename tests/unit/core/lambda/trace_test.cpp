#include "core/lambda/trace.h"

#include <gtest/gtest.h>

#include "core/support/environment.h"

namespace serverless::lambda::testing {
namespace {

TEST(ExportTraceId, ReplacesThePreviousId) {
  const ProcessEnvironment environment;
  for (const char* trace_id : {"Root=1-5", "Root=1-67891233-abcdef012345678912345678", "Root=1-6"}) {
    export_trace_id(trace_id);
    EXPECT_EQ(environment.get("_X_AMZN_TRACE_ID"), trace_id);
  }
  export_trace_id("");
  EXPECT_EQ(environment.get("_X_AMZN_TRACE_ID"), std::nullopt);
}

}  // namespace
}  // namespace serverless::lambda::testing
