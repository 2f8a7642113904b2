#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/support/clock.h"

namespace serverless {

/// Lambda's log levels, in ascending order.
/// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
enum class LogLevel { trace, debug, info, warn, error, fatal };

/// Reads TRACE to FATAL, in either case. Returns nothing for any other text.
std::optional<LogLevel> log_level_from(std::string_view text);

/// One member of a log line, in addition to timestamp, level and message.
struct LogField {
  std::string_view name;
  /// A duration appears in milliseconds, with three decimals.
  std::variant<std::string_view, std::int64_t, std::chrono::microseconds, bool> value;
};

/// Writes one JSON object per line. No line may carry personal data or secrets: no bodies, credentials or
/// tokens. The ids of entities may appear.
class Log {
 public:
  /// Drops lines below `level`. `file_descriptor` stays open: the caller owns it.
  Log(const Clock& clock, LogLevel level, int file_descriptor)
      : clock_(clock), level_(level), file_descriptor_(file_descriptor) {}

  void set_level(LogLevel level) { level_ = level; }

  /// Sets the id of the invocation, which all later lines except metrics contain as `requestId`. Clears the
  /// caller and the API request id of the previous invocation.
  void set_request_id(std::string_view request_id) {
    request_id_ = request_id;
    caller_.clear();
    api_request_id_.clear();
  }

  /// Sets the id of the request that the client sees, which the later lines of this invocation contain as
  /// `apiRequestId`.
  void set_api_request_id(std::string_view id) { api_request_id_ = id; }

  /// Sets the caller, which the later lines of this invocation contain as `caller`. Pass a hash, because the
  /// caller may be a person.
  void set_caller(std::string_view hash) { caller_ = hash; }

  /// Writes a line with these fields, unless `level` is below that of the log.
  void write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

  /// Writes a line like write() and then `metrics`, which is JSON, as a second line, whatever the level. Both
  /// lines are written together.
  void write_with_metrics(LogLevel level, std::string_view message, std::initializer_list<LogField> fields,
                          std::string_view metrics);

 private:
  std::string line_of(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) const;
  void write_whole(std::string_view lines) const;

  const Clock& clock_;
  LogLevel level_;
  std::string request_id_;
  std::string caller_;
  std::string api_request_id_;
  int file_descriptor_;
};

}  // namespace serverless
