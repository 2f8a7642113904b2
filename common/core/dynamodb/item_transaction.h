#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/dynamodb/placeholders.h"
#include "core/dynamodb/table_access.h"
#include "core/dynamodb/transaction.h"

namespace serverless::dynamodb {

/// Returns the condition that the item still has the version and the unique values of `before`. The version
/// alone does not show whether a migration has added or removed a unique attribute.
std::string unchanged_condition(const Table& table, const Item& before, Placeholders& placeholders);

/// A write to one item that may change its unique values.
struct ItemWrite {
  /// Adds the action on the item, with the unchanged_condition() of `before`.
  std::function<Action(Transaction& transaction, const Item& before, const std::string& write_token)> add;
  /// The change that the action makes; null when it deletes the item.
  const ItemChange* change;
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
