#include "core/http/date.h"

#include <ctime>
#include <string>

namespace serverless::http {

std::optional<Instant> parse_date(std::string_view text) {
  const std::string terminated(text);
  std::tm time{};
  const char* end = strptime(terminated.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &time);
  if (end != terminated.data() + terminated.size()) return std::nullopt;
  return Instant(std::chrono::seconds(timegm(&time)));
}

}  // namespace serverless::http
