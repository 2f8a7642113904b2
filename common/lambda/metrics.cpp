#include "lambda/metrics.h"

#include "json/writer.h"

namespace users::lambda {
namespace {

constexpr std::string_view directives =
    R"([{"Namespace":"UsersApi","Dimensions":[["FunctionName"]],"Metrics":[)"
    R"({"Name":"Requests","Unit":"Count"},)"
    R"({"Name":"ClientErrors","Unit":"Count"},)"
    R"({"Name":"ServerErrors","Unit":"Count"},)"
    R"({"Name":"Latency","Unit":"Milliseconds"},)"
    R"({"Name":"ColdStart","Unit":"Count"}]}])";

}  // namespace

std::string embedded_metrics(const RequestMetrics& metrics, Instant now) {
  json::Writer json;
  json.begin_object()
      .key("_aws")
      .begin_object()
      .member("Timestamp", now.time_since_epoch().count())
      .key("CloudWatchMetrics")
      .raw(directives)
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

}  // namespace users::lambda
