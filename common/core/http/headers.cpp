#include "core/http/headers.h"

#include <strings.h>

#include <algorithm>

#include "core/support/ascii.h"

namespace serverless::http {
bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool Headers::ComesBefore::operator()(std::string_view a, std::string_view b) const {
  const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end(), [](char left, char right) {
    return left == right || ascii_lower_case(left) == ascii_lower_case(right);
  });
  return y != b.end() && (x == a.end() || ascii_lower_case(*x) < ascii_lower_case(*y));
}

void Headers::set(std::string_view name, std::string_view value) {
  if (const auto existing = fields_.find(name); existing != fields_.end()) {
    existing->second = value;
  } else {
    fields_.emplace(name, value);
  }
}

void Headers::add(std::string_view name, std::string_view value) {
  if (const auto existing = fields_.find(name); existing != fields_.end()) {
    existing->second.append(", ").append(value);
  } else {
    fields_.emplace(name, value);
  }
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  const auto found = fields_.find(name);
  return found == fields_.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

std::string_view trim_whitespace(std::string_view text) {
  constexpr std::string_view whitespace = " \t";
  const auto first = text.find_first_not_of(whitespace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(whitespace) - first + 1);
}

}  // namespace serverless::http
