#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "support/clock.h"

namespace users {

/// Lambda's levels, in its order.
/// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
enum class LogLevel { trace, debug, info, warn, error, fatal };

/// TRACE to FATAL, in any case; nothing for any other text.
std::optional<LogLevel> log_level_from(std::string_view text);

/// One member of a log line besides timestamp, level and message.
struct LogField {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double, bool> value;
};

/// Writes one JSON object a line. Nothing that tells who a user is may go in here: no bodies, credentials,
/// tokens, names or e-mail addresses; user ids may.
class Log {
 public:
  /// Lines below `level` are dropped. `file_descriptor` stays the caller's.
  Log(const Clock& clock, LogLevel level, int file_descriptor)
      : clock_(clock), level_(level), file_descriptor_(file_descriptor) {}

  void set_level(LogLevel level) { level_ = level; }

  /// Lines from now on carry this as `requestId`: Lambda's id of the invocation. Its caller is not known yet.
  void set_request_id(std::string_view request_id) {
    request_id_ = request_id;
    caller_.clear();
  }

  /// Lines of this invocation from now on carry this as `caller`: a hash, as the caller may be a person.
  void set_caller(std::string_view hash) { caller_ = hash; }

  void write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

  /// Writes a line that is JSON already, whatever the level: for metrics.
  void write_json(std::string_view json);

 private:
  void write_line(std::string line);

  const Clock& clock_;
  LogLevel level_;
  std::string request_id_;
  std::string caller_;
  int file_descriptor_;
};

}  // namespace users
