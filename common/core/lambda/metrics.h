#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/support/clock.h"

namespace serverless::lambda {

/// The measurements of one request.
struct RequestMetrics {
  std::string_view metrics_namespace;
  std::string_view function_name;
  std::string_view function_version;
  int status;
  std::chrono::microseconds latency;
  bool cold_start;
};

/// Returns a log line from which CloudWatch extracts metrics, by function: Requests, ClientErrors,
/// ServerErrors, Latency and ColdStart. A server error also counts by function and version. The metrics need
/// neither an API call nor an agent.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
std::string embedded_metrics(const RequestMetrics& metrics, Instant now);

}  // namespace serverless::lambda
