#include "http/headers.h"

#include <strings.h>

#include <algorithm>

namespace users::http {

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string* Headers::find(std::string_view name) {
  for (auto& [field_name, value] : fields_)
    if (same_name(field_name, name)) return &value;
  return nullptr;
}

void Headers::set(std::string_view name, std::string_view value) {
  if (std::string* existing = find(name)) {
    *existing = value;
  } else {
    fields_.emplace_back(name, value);
  }
}

void Headers::add(std::string_view name, std::string_view value) {
  if (std::string* existing = find(name)) {
    existing->append(", ").append(value);
  } else {
    fields_.emplace_back(name, value);
  }
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const auto& [field_name, value] : fields_)
    if (same_name(field_name, name)) return value;
  return std::nullopt;
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

}  // namespace users::http
