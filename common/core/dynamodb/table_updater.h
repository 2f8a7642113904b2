#pragma once

#include <string_view>
#include <utility>

#include "core/dynamodb/table_access.h"

namespace serverless::dynamodb {

/// Updates items of a DynamoDB table: with one UpdateItem or, when that fails because the change gives a
/// unique attribute a new value or removes it, with a TransactWriteItems, which also writes the claims.
class TableUpdater final : public ItemUpdater {
 public:
  explicit TableUpdater(TableAccess access) : access_(std::move(access)) {}

  TableResult<StoredItem> update(std::string_view key, const ItemChange& change,
                                 const http::VersionSet& allowed) override;

 private:
  /// Returns the outcome of an update for which DynamoDB returned an error.
  TableResult<StoredItem> after_error(std::string_view key, const ItemChange& change,
                                      const http::VersionSet& allowed, std::string_view write_token,
                                      Error error);

  TableAccess access_;
};

}  // namespace serverless::dynamodb
