#include "lambda/metrics.h"

#include <array>

#include "json/writer.h"

namespace users::lambda {
namespace {

struct Metric {
  const char* name;
  const char* unit;
};

constexpr std::array<Metric, 5> metric_definitions = {{{"Requests", "Count"},
                                                       {"ClientErrors", "Count"},
                                                       {"ServerErrors", "Count"},
                                                       {"Latency", "Milliseconds"},
                                                       {"ColdStart", "Count"}}};

}  // namespace

std::string embedded_metrics(const RequestMetrics& metrics, Instant now) {
  json::Writer json;
  json.begin_object().key("_aws").begin_object().member("Timestamp", now.time_since_epoch().count());
  json.key("CloudWatchMetrics").begin_array().begin_object().member("Namespace", "UsersApi");
  json.key("Dimensions").begin_array().begin_array().value("FunctionName").end_array().end_array();
  json.key("Metrics").begin_array();
  for (const Metric& metric : metric_definitions)
    json.begin_object().member("Name", metric.name).member("Unit", metric.unit).end_object();
  json.end_array().end_object().end_array().end_object();
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
