#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "json/json.h"
#include "json/writer.h"
#include "users/name_order.h"
#include "users/user.h"

/// How a user lies in the table: attribute values in DynamoDB's JSON.
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
namespace users::dynamodb {

/// Writes `"name":{"S":"text"}`.
void write_string(json::Writer& json, std::string_view name, std::string_view text);
/// Writes `"name":{"N":"7"}`.
void write_number(json::Writer& json, std::string_view name, std::int64_t number);

/// The attribute by which the index of names is spread over partitions: the first character of a folded name,
/// so that all names with one beginning lie together.
std::string_view name_initial(std::string_view folded_name);

/// Writes the keys of the index of names, nameInitial and nameKey, with `prefix` before their names.
void write_name_keys(json::Writer& json, std::string_view prefix, const NamePosition& position);

/// Writes the item as an object. `write_token` tells this write from all others, so that a retry whose first
/// attempt went through can recognise its own work.
void write_item(json::Writer& json, const User& user, std::string_view write_token);

/// The user in an item; nothing when it is not an item of this table.
std::optional<User> user_from_item(const json::Value& item);

/// Whether the item was last written with that token.
bool was_written_with(const json::Value& item, std::string_view write_token);

}  // namespace users::dynamodb
