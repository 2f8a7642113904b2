#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "core/dynamodb/item.h"
#include "core/json/writer.h"

namespace serverless::dynamodb {

/// Collects the placeholders of a request's expressions, so that reserved words and arbitrary values can be
/// used. Attribute names must consist of letters, digits and underscores, and not begin with an underscore.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeNames.html
class Placeholders {
 public:
  /// Returns the placeholder of an attribute's name, such as `#name`.
  std::string name(std::string_view attribute);

  /// Returns the placeholder `:id` of a value. Each id identifies one value. The id of an attribute's value
  /// is the name of the attribute; other ids begin with an underscore.
  std::string value(std::string_view id, AttributeValue value);

  /// Writes ExpressionAttributeNames and ExpressionAttributeValues.
  void write(json::Writer& json) const;

 private:
  // Sorted, so that a request does not depend on the order of evaluation.
  std::set<std::string> names_;
  std::map<std::string, AttributeValue> values_;
};

}  // namespace serverless::dynamodb
