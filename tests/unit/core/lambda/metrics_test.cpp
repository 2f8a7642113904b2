#include "core/lambda/metrics.h"

#include <gtest/gtest.h>

#include "core/json/json.h"
#include "tests/support/fakes.h"

namespace serverless::lambda::testing {
namespace {

std::string metrics_of(int status, bool cold_start) {
  return embedded_metrics({.metrics_namespace = "OrdersApi",
                           .function_name = "GetOrder",
                           .function_version = "7",
                           .status = status,
                           .latency = std::chrono::microseconds(1234),
                           .cold_start = cold_start},
                          serverless::testing::FakeClock().now());
}

TEST(EmbeddedMetrics, AreOneLineInTheFormatOfCloudWatch) {
  EXPECT_EQ(
      metrics_of(200, true),
      R"({"_aws":{"Timestamp":1767323045678,"CloudWatchMetrics":[{"Namespace":"OrdersApi",)"
      R"("Dimensions":[["FunctionName"]],"Metrics":[{"Name":"Requests","Unit":"Count"},)"
      R"({"Name":"ClientErrors","Unit":"Count"},{"Name":"ServerErrors","Unit":"Count"},)"
      R"({"Name":"Latency","Unit":"Milliseconds"},{"Name":"ColdStart","Unit":"Count"}]}]},)"
      R"("FunctionName":"GetOrder","Requests":1,"ClientErrors":0,"ServerErrors":0,"Latency":1.234,"ColdStart":1})");
}

TEST(EmbeddedMetrics, AlsoCountAServerErrorByVersion) {
  EXPECT_EQ(
      metrics_of(503, false),
      R"({"_aws":{"Timestamp":1767323045678,"CloudWatchMetrics":[{"Namespace":"OrdersApi",)"
      R"("Dimensions":[["FunctionName"]],"Metrics":[{"Name":"Requests","Unit":"Count"},)"
      R"({"Name":"ClientErrors","Unit":"Count"},{"Name":"ServerErrors","Unit":"Count"},)"
      R"({"Name":"Latency","Unit":"Milliseconds"},{"Name":"ColdStart","Unit":"Count"}]},)"
      R"({"Namespace":"OrdersApi","Dimensions":[["FunctionName","ExecutedVersion"]],)"
      R"("Metrics":[{"Name":"ServerErrors","Unit":"Count"}]}]},"FunctionName":"GetOrder","ExecutedVersion":"7",)"
      R"("Requests":1,"ClientErrors":0,"ServerErrors":1,"Latency":1.234,"ColdStart":0})");
}

TEST(EmbeddedMetrics, CountClientAndServerErrors) {
  struct Case {
    int status;
    int client_errors;
    int server_errors;
  };
  constexpr Case cases[] = {{200, 0, 0}, {304, 0, 0}, {399, 0, 0}, {400, 1, 0},
                            {412, 1, 0}, {499, 1, 0}, {500, 0, 1}, {503, 0, 1}};
  for (const auto& [status, client_errors, server_errors] : cases) {
    const auto line = json::Document::parse(embedded_metrics({.metrics_namespace = "n",
                                                              .function_name = "f",
                                                              .function_version = "7",
                                                              .status = status,
                                                              .latency = std::chrono::milliseconds(1),
                                                              .cold_start = false},
                                                             {}))
                          .value();
    EXPECT_EQ(line.root()["Requests"].integer(), 1);
    EXPECT_EQ(line.root()["ClientErrors"].integer(), client_errors) << status;
    EXPECT_EQ(line.root()["ServerErrors"].integer(), server_errors) << status;
    EXPECT_EQ(line.root()["ColdStart"].integer(), 0);
  }
}

}  // namespace
}  // namespace serverless::lambda::testing
