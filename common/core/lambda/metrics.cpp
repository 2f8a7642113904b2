#include "core/lambda/metrics.h"

#include "core/json/writer.h"

namespace serverless::lambda {
namespace {

constexpr std::string_view by_function = R"([["FunctionName"]])";
constexpr std::string_view all_metrics = R"([{"Name":"Requests","Unit":"Count"},)"
                                         R"({"Name":"ClientErrors","Unit":"Count"},)"
                                         R"({"Name":"ServerErrors","Unit":"Count"},)"
                                         R"({"Name":"Latency","Unit":"Milliseconds"},)"
                                         R"({"Name":"ColdStart","Unit":"Count"}])";
constexpr std::string_view by_version = R"([["FunctionName","ExecutedVersion"]])";
constexpr std::string_view server_errors = R"([{"Name":"ServerErrors","Unit":"Count"}])";

void write_directive(json::Writer& json, std::string_view metrics_namespace, std::string_view dimensions,
                     std::string_view metrics) {
  json.begin_object()
      .member("Namespace", metrics_namespace)
      .key("Dimensions")
      .raw(dimensions)
      .key("Metrics")
      .raw(metrics)
      .end_object();
}

}  // namespace

std::string embedded_metrics(const RequestMetrics& metrics, Instant now) {
  const bool server_error = metrics.status >= 500;
  json::Writer json;
  json.begin_object()
      .key("_aws")
      .begin_object()
      .member("Timestamp", now.time_since_epoch().count())
      .key("CloudWatchMetrics")
      .begin_array();
  write_directive(json, metrics.metrics_namespace, by_function, all_metrics);
  if (server_error) write_directive(json, metrics.metrics_namespace, by_version, server_errors);
  json.end_array().end_object();
  json.member("FunctionName", metrics.function_name);
  if (server_error) json.member("ExecutedVersion", metrics.function_version);
  json.member("Requests", 1)
      .member("ClientErrors", metrics.status >= 400 && !server_error ? 1 : 0)
      .member("ServerErrors", server_error ? 1 : 0)
      .key("Latency")
      .raw(to_milliseconds(metrics.latency))
      .member("ColdStart", metrics.cold_start ? 1 : 0)
      .end_object();
  return std::move(json).text();
}

}  // namespace serverless::lambda
