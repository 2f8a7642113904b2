#include "core/support/log.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>

#include "core/support/ascii.h"
#include "core/support/utf8.h"

namespace serverless {
namespace {

constexpr std::array<std::string_view, 6> level_names = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};

/// Enough for the two lines of a request.
constexpr std::size_t usual_bytes = 1024;

/// Returns whether a character needs no escape in a JSON string.
bool is_plain(char c) {
  return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

/// Appends a valid JSON string whatever the bytes of `text` are: a log line must be readable even when its
/// input is not.
void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view replacement_character = "\xEF\xBF\xBD";
  out.push_back('"');
  while (!text.empty()) {
    const auto plain = std::ranges::find_if_not(text, is_plain) - text.begin();
    out.append(text.substr(0, static_cast<std::size_t>(plain)));
    text.remove_prefix(static_cast<std::size_t>(plain));
    if (text.empty()) break;
    const auto next = decode_code_point(text);
    const auto length = next ? next->length : 1;
    if (!next) {
      out.append(replacement_character);
    } else if (next->code_point == '"' || next->code_point == '\\') {
      out.push_back('\\');
      out.push_back(text[0]);
    } else if (next->code_point < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(next->code_point));
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  out.push_back('"');
}

struct ValueWriter {
  std::string& out;

  void operator()(std::string_view value) const { append_json_string(out, value); }
  void operator()(std::int64_t value) const { fmt::format_to(std::back_inserter(out), "{}", value); }
  void operator()(std::chrono::microseconds value) const { out.append(to_milliseconds(value)); }
  void operator()(bool value) const { out.append(value ? "true" : "false"); }
};

void append_field(std::string& out, const LogField& field) {
  out.push_back(',');
  append_json_string(out, field.name);
  out.push_back(':');
  std::visit(ValueWriter{out}, field.value);
}

}  // namespace

std::optional<LogLevel> log_level_from(std::string_view text) {
  for (std::size_t i = 0; i < level_names.size(); ++i) {
    if (equal_ignoring_case(text, level_names[i])) return static_cast<LogLevel>(i);
  }
  return std::nullopt;
}

void Log::write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  write_whole(line_of(level, message, fields));
}

void Log::write_with_metrics(LogLevel level, std::string_view message, std::initializer_list<LogField> fields,
                             std::string_view metrics) {
  write_whole(line_of(level, message, fields).append(metrics).append("\n"));
}

/// Returns a line with its line break, or an empty text below the log's level.
std::string Log::line_of(LogLevel level, std::string_view message,
                         std::initializer_list<LogField> fields) const {
  std::string line;
  if (level < level_) return line;
  line.reserve(usual_bytes);
  line.append(R"({"timestamp":")").append(to_rfc3339(clock_.now()));
  line.append(R"(","level":")").append(level_names[static_cast<std::size_t>(level)]);
  line.append(R"(","message":)");
  append_json_string(line, message);
  if (!request_id_.empty()) append_field(line, {"requestId", request_id_});
  if (!caller_.empty()) append_field(line, {"caller", caller_});
  if (!api_request_id_.empty()) append_field(line, {"apiRequestId", api_request_id_});
  for (const LogField& field : fields) append_field(line, field);
  line.append("}\n");
  return line;
}

void Log::write_whole(std::string_view lines) const {
  while (!lines.empty()) {
    const ssize_t written = ::write(file_descriptor_, lines.data(), lines.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return;  // The log cannot be written, and there is no other place to report that.
    }
    lines.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace serverless
