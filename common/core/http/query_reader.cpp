#include "core/http/query_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/support/parse_integer.h"

namespace serverless::http {

bool QueryReader::has(std::string_view name) const {
  return std::ranges::any_of(request_.query, [&](const auto& parameter) { return parameter.first == name; });
}

std::optional<std::string_view> QueryReader::text(std::string_view name) {
  std::optional<std::string_view> found;
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

std::optional<int> QueryReader::integer(std::string_view name, int min, int max) {
  const auto given = text(name);
  if (!given) return std::nullopt;
  if (given->empty() || given->find_first_not_of("0123456789") != std::string_view::npos) {
    add_fault(name, "invalid_format", "must be a whole number");
    return std::nullopt;
  }
  const auto number = parse_integer<int>(*given);
  if (!number || *number < min || *number > max) {
    add_fault(name, "out_of_range", fmt::format("must be from {} to {}", min, max));
    return std::nullopt;
  }
  return number;
}

}  // namespace serverless::http
