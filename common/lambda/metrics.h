#pragma once

#include <string>
#include <string_view>

#include "support/clock.h"

namespace users::lambda {

/// What is counted of one request.
struct RequestMetrics {
  std::string_view function_name;
  int status;
  double latency_ms;
  bool cold_start;
};

/// A log line from which CloudWatch makes metrics in the namespace UsersApi, by function: Requests,
/// ClientErrors, ServerErrors, Latency, ColdStart. No call, no agent.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
std::string embedded_metrics(const RequestMetrics& metrics, Instant now);

}  // namespace users::lambda
