#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/dynamodb/placeholders.h"
#include "core/dynamodb/table_access.h"

namespace serverless::dynamodb {

/// A write to one item that may change its unique values.
class ItemWrite {
 public:
  virtual ~ItemWrite() = default;
  /// Returns "Update" or "Delete".
  virtual std::string_view action() const = 0;
  /// Writes the members of the action, except its key and its condition.
  virtual void write_members(json::Writer& json, Placeholders& placeholders,
                             std::string_view write_token) const = 0;
  /// Returns the value of a unique attribute after the action has changed `before`, or nothing when the item
  /// no longer has the attribute.
  virtual std::optional<std::string_view> value_after(const UniqueAttribute& unique,
                                                      const Item& before) const = 0;
};

/// The item as it was immediately before a write, and the token of the write.
struct WrittenItem {
  StoredItem before;
  std::string write_token;
};

/// Writes an item and its claims in one transaction, starting from `current`. When another writer has changed
/// the item first, it starts again from the changed item, provided that its version is allowed. It does not
/// release an old claim that another item holds. Fails like ItemUpdater::update(), and with `internal` when
/// the domain cannot read the item.
TableResult<WrittenItem> write_in_transaction(const TableAccess& access, std::string_view key,
                                              StoredItem current, const http::VersionSet& allowed,
                                              const ItemWrite& write);

}  // namespace serverless::dynamodb
