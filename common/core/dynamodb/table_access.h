#pragma once

#include <string_view>

#include "core/dynamodb/client.h"
#include "core/dynamodb/placeholders.h"
#include "core/dynamodb/versioned_table.h"
#include "core/support/ids.h"

/// What the operations on a table share.
namespace serverless::dynamodb {

/// A table, and the means to reach it. The references must outlive it.
struct TableAccess {
  Client& client;
  /// Makes the write tokens: each write stores a new one in the item, so that a retry recognises its own
  /// work.
  Ids& ids;
  Table table;
};

constexpr std::string_view version_attribute = "version";
constexpr std::string_view write_token_attribute = "writeToken";

/// Writes the member `member` with the key of an item: `"Key":{"orderId":{"S":"7"}}`.
void write_key(json::Writer& json, std::string_view member, std::string_view attribute, std::string_view key);

/// Calls GetItem, strongly consistent. Returns the item, or not_found.
TableResult<StoredItem> get_item(Client& client, std::string_view table, std::string_view attribute,
                                 std::string_view key);

/// Converts an error that is not about a condition, or about one that leaves the outcome open.
TableError table_error(const Error& error);

}  // namespace serverless::dynamodb
