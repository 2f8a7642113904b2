#include "core/dynamodb/item.h"

#include <fmt/format.h>

#include <algorithm>

namespace serverless::dynamodb {

const AttributeValue* find(const Attributes& attributes, std::string_view name) {
  const auto found = std::ranges::find(attributes, name, &Attribute::name);
  return found == attributes.end() ? nullptr : &found->value;
}

void write_attribute(json::Writer& json, std::string_view name, const AttributeValue& value) {
  json.key(name).begin_object();
  if (const auto* text = std::get_if<std::string>(&value)) {
    json.member("S", *text);
  } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
    json.member("N", fmt::to_string(*number));
  } else {
    json.member("BOOL", std::get<bool>(value));
  }
  json.end_object();
}

}  // namespace serverless::dynamodb
