#include "core/http/query_reader.h"

#include <fmt/format.h>

#include <charconv>

namespace serverless::http {

std::optional<std::string> QueryReader::text(std::string_view name) {
  std::optional<std::string> found;
  for (const auto& [parameter, value] : request_.query) {
    if (parameter != name) continue;
    if (found) {
      add_fault(name, "invalid_format", "must be given only once");
      return std::nullopt;
    }
    found = value;
  }
  return found;
}

int QueryReader::integer(std::string_view name, std::string_view text, int min, int max) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) {
    add_fault(name, "invalid_format", "must be a whole number");
    return min;
  }
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < min || number > max) {
    add_fault(name, "out_of_range", fmt::format("must be from {} to {}", min, max));
    return min;
  }
  return number;
}

}  // namespace serverless::http
