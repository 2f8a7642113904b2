#pragma once

#include <string_view>
#include <utility>

#include "core/dynamodb/table_access.h"

namespace serverless::dynamodb {

/// Deletes items of a DynamoDB table: a GetItem, to learn the unique values, and a TransactWriteItems with
/// the releases.
class TableRemover final : public ItemRemover {
 public:
  explicit TableRemover(TableAccess access) : access_(std::move(access)) {}

  TableResult<StoredItem> remove(std::string_view key, const http::VersionSet& allowed) override;

 private:
  TableAccess access_;
};

}  // namespace serverless::dynamodb
