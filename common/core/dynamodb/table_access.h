#pragma once

#include <string_view>
#include <utility>

#include "core/dynamodb/client.h"
#include "core/dynamodb/versioned_table.h"
#include "core/support/ids.h"

/// Shared parts of the table operations.
namespace serverless::dynamodb {

/// A table and the client that accesses it. The references must outlive this struct.
struct TableAccess {
  Client& client;
  /// Creates the write tokens. Each write stores a new token in the item, so that a retry recognizes its own
  /// work.
  Ids& ids;
  Table table;
};

/// Writes the member "Item" with the attributes, and the write token unless it is empty.
void write_item(json::Writer& json, const Attributes& attributes, std::string_view write_token = {});

/// Writes the member `member` with the key of an item: `"Key":{"orderId":{"S":"7"}}`.
void write_key(json::Writer& json, std::string_view member, std::string_view attribute, std::string_view key);

/// Calls GetItem, strongly consistent. Returns the item with this key, or not_found.
TableResult<StoredItem> get_item(const TableAccess& access, std::string_view key);

/// Like get_item(), for a claim.
TableResult<StoredItem> get_claim(const TableAccess& access, std::string_view claim);

/// Converts an error: a rejected request becomes internal. Any other error becomes unavailable, including a
/// refused condition whose cause is unknown.
TableError table_error(const Error& error);

/// Makes the result of an operation that fails: `return table_failure({.kind = Kind::not_found});`.
inline tl::unexpected<TableError> table_failure(TableError error) {
  return tl::unexpected<TableError>(std::move(error));
}

}  // namespace serverless::dynamodb
