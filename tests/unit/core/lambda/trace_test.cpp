#include "core/lambda/trace.h"

#include <gtest/gtest.h>

#include "core/support/environment.h"

namespace serverless::lambda::testing {
namespace {

TEST(SampledTrace, ReadsTheHeaderOfLambda) {
  for (const char* header :
       {"Root=1-5759e988-bd862e3fe1be46a994272793;Parent=defdfd9912dc5a56;Sampled=1",
        "Sampled=1;Parent=defdfd9912dc5a56;Root=1-5759e988-bd862e3fe1be46a994272793",
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=defdfd9912dc5a56;Sampled=1;Lineage=1:a87bd80c:0",
        "Self=1;;=;Root=1-5759e988-bd862e3fe1be46a994272793;Parent=defdfd9912dc5a56;Sampled=1;"}) {
    const auto trace = sampled_trace(header);
    ASSERT_TRUE(trace) << header;
    EXPECT_EQ(trace->id, "1-5759e988-bd862e3fe1be46a994272793");
    EXPECT_EQ(trace->parent_id, "defdfd9912dc5a56");
  }
}

TEST(SampledTrace, IsAbsentForAnUnsampledOrMalformedHeader) {
  for (const char* header :
       {"", ";", "=", "Sampled=1",
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=defdfd9912dc5a56;Sampled=0",
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=defdfd9912dc5a56",
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=defdfd9912dc5a56;Sampled=?",
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=defdfd9912dc5a56;Sampled=10",
        "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1", "Parent=defdfd9912dc5a56;Sampled=1",
        "Root=1-5759e988-bd862e3fe1be46a99427279;Parent=defdfd9912dc5a56;Sampled=1",
        "Root=1-5759e988_bd862e3fe1be46a994272793;Parent=defdfd9912dc5a56;Sampled=1",
        "Root=1-5759e988-bd862e3fe1be46a99427279g;Parent=defdfd9912dc5a56;Sampled=1",
        R"(Root=1-5759e988-bd862e3fe1be46a994272793;Parent="efdfd9912dc5a56;Sampled=1)",
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=defdfd9912dc5a567;Sampled=1"})
    EXPECT_FALSE(sampled_trace(header)) << header;
}

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
