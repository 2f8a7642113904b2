#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/json/json.h"
#include "core/json/writer.h"
#include "core/support/parse_integer.h"

/// An item is the set of attributes under one key, in DynamoDB's JSON.
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
namespace serverless::dynamodb {

/// The value of an attribute of the type S, N or BOOL.
using AttributeValue = std::variant<std::string, std::int64_t, bool>;

struct Attribute {
  /// A literal, which outlives the attribute.
  std::string_view name;
  AttributeValue value;
};
using Attributes = std::vector<Attribute>;

/// Returns the value of the attribute `name`, or a null pointer when there is none.
const AttributeValue* find(const Attributes& attributes, std::string_view name);

/// Writes one member: `"name":{"S":"text"}`, `"name":{"N":"7"}` or `"name":{"BOOL":true}`.
void write_attribute(json::Writer& json, std::string_view name, const AttributeValue& value);

/// A view of a stored item, or of no item. Valid as long as the document of which it is part.
class Item {
 public:
  Item() = default;
  explicit Item(json::Value value) : value_(value) {}

  bool exists() const { return value_.is_object(); }
  bool has(std::string_view name) const { return !value_[name].is_missing(); }

  /// Returns the attribute when it exists and is of the type S.
  std::optional<std::string_view> string(std::string_view name) const { return value_[name]["S"].string(); }

  /// Returns the attribute when it exists and is of the type BOOL.
  std::optional<bool> boolean(std::string_view name) const { return value_[name]["BOOL"].boolean(); }

  /// Returns the attribute when it exists, is of the type N, and is an integer that fits `Number`.
  template <std::integral Number>
  std::optional<Number> number(std::string_view name) const {
    return parse_integer<Number>(value_[name]["N"].string().value_or(""));
  }

  json::Value json() const { return value_; }

 private:
  json::Value value_;
};

/// An item and the document of which it is part.
struct StoredItem {
  json::Document document;
  Item item;
};

/// A change of an item: attributes to set, and attributes to remove.
struct ItemChange {
  Attributes set;
  std::vector<std::string_view> remove = {};
};

}  // namespace serverless::dynamodb
