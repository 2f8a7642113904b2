#include "core/http/headers.h"

#include <algorithm>

#include "core/support/ascii.h"

namespace serverless::http {
namespace {

/// Few requests and responses have more fields.
constexpr std::size_t usual_fields = 32;

}  // namespace

Headers::Headers(std::initializer_list<Field> fields) {
  for (const auto& [name, value] : fields) add(name, value);
}

void Headers::set(std::string_view name, std::string_view value) {
  if (Field* existing = find(name)) {
    existing->second = value;
  } else {
    append(name, value);
  }
}

void Headers::add(std::string_view name, std::string_view value) {
  if (Field* existing = find(name)) {
    existing->second.append(", ").append(value);
  } else {
    append(name, value);
  }
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const auto& [existing, value] : fields_)
    if (equal_ignoring_case(existing, name)) return value;
  return std::nullopt;
}

Headers::Field* Headers::find(std::string_view name) {
  for (Field& field : fields_)
    if (equal_ignoring_case(field.first, name)) return &field;
  return nullptr;
}

void Headers::append(std::string_view name, std::string_view value) {
  if (fields_.empty()) fields_.reserve(usual_fields);
  fields_.emplace_back(name, value);
}

bool is_visible_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

std::string_view trim_whitespace(std::string_view text) {
  constexpr std::string_view whitespace = " \t";
  const auto first = text.find_first_not_of(whitespace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(whitespace) - first + 1);
}

}  // namespace serverless::http
