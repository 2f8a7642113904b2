#include "core/http/field_reader.h"

#include <algorithm>

namespace serverless::http::detail {
namespace {

template <typename T>
Checked<T> checked(std::optional<T> value, const char* message) {
  if (!value) return tl::unexpected(FieldFault{"wrong_type", message});
  return *value;
}

/// Returns the names as "a", "a and b" or "a, b and c".
std::string enumeration(std::span<const std::string_view> names) {
  std::string text(names.front());
  for (std::size_t i = 1; i < names.size(); ++i) {
    text += i + 1 < names.size() ? ", " : " and ";
    text += names[i];
  }
  return text;
}

}  // namespace

Checked<std::string_view> text(json::Value value) {
  return checked(value.string(), "must be a string");
}

Checked<std::int64_t> integer(json::Value value) {
  return checked(value.integer(), "must be an integer, without fraction or exponent");
}

Checked<bool> boolean(json::Value value) {
  return checked(value.boolean(), "must be true or false");
}

void refuse_unknown_fields(json::Value object, std::span<const std::string_view> known, FieldErrors& faults) {
  for (const auto& [name, value] : object.members())
    if (std::ranges::find(known, name) == known.end())
      faults.add(name, "unknown_field", "is not a field that can be set");
}

void refuse_empty_object(json::Value object, std::span<const std::string_view> known, FieldErrors& faults) {
  if (object.members().empty()) faults.add("", "required", "must have at least one of " + enumeration(known));
}

}  // namespace serverless::http::detail
