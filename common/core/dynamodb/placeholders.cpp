#include "core/dynamodb/placeholders.h"

#include <utility>

namespace serverless::dynamodb {

std::string Placeholders::name(std::string_view attribute) {
  return *names_.insert(std::string("#").append(attribute)).first;
}

std::string Placeholders::value(std::string_view id, AttributeValue value) {
  return values_.emplace(std::string(":").append(id), std::move(value)).first->first;
}

void Placeholders::write(json::Writer& json) const {
  if (!names_.empty()) {
    json.key("ExpressionAttributeNames").begin_object();
    for (const std::string& placeholder : names_) json.member(placeholder, placeholder.substr(1));
    json.end_object();
  }
  if (!values_.empty()) {
    json.key("ExpressionAttributeValues").begin_object();
    for (const auto& [placeholder, value] : values_) write_attribute(json, placeholder, value);
    json.end_object();
  }
}

}  // namespace serverless::dynamodb
