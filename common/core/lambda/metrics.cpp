#include "core/lambda/metrics.h"

#include "core/json/writer.h"

namespace serverless::lambda {
namespace {

constexpr std::string_view dimensions = R"([["FunctionName"]])";
constexpr std::string_view definitions = R"([{"Name":"Requests","Unit":"Count"},)"
                                         R"({"Name":"ClientErrors","Unit":"Count"},)"
                                         R"({"Name":"ServerErrors","Unit":"Count"},)"
                                         R"({"Name":"Latency","Unit":"Milliseconds"},)"
                                         R"({"Name":"ColdStart","Unit":"Count"}])";

}  // namespace

std::string embedded_metrics(const RequestMetrics& metrics, Instant now) {
  json::Writer json;
  json.begin_object()
      .key("_aws")
      .begin_object()
      .member("Timestamp", now.time_since_epoch().count())
      .key("CloudWatchMetrics")
      .begin_array()
      .begin_object()
      .member("Namespace", metrics.metrics_namespace)
      .key("Dimensions")
      .raw(dimensions)
      .key("Metrics")
      .raw(definitions)
      .end_object()
      .end_array()
      .end_object();
  json.member("FunctionName", metrics.function_name)
      .member("Requests", 1)
      .member("ClientErrors", metrics.status >= 400 && metrics.status < 500 ? 1 : 0)
      .member("ServerErrors", metrics.status >= 500 ? 1 : 0)
      .member("Latency", metrics.latency_ms)
      .member("ColdStart", metrics.cold_start ? 1 : 0)
      .end_object();
  return std::move(json).text();
}

}  // namespace serverless::lambda
