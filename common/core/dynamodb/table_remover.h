#pragma once

#include <string_view>
#include <utility>

#include "core/dynamodb/table_access.h"

namespace serverless::dynamodb {

/// Deletes items of a DynamoDB table: reads the unique values with a GetItem, and deletes the item and its
/// claims with a TransactWriteItems.
class TableRemover final : public ItemRemover {
 public:
  explicit TableRemover(TableAccess access) : access_(std::move(access)) {}

  TableResult<StoredItem> remove(std::string_view key, const http::VersionSet& allowed) override;

 private:
  TableAccess access_;
};

}  // namespace serverless::dynamodb
