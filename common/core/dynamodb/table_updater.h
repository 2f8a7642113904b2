#pragma once

#include "core/dynamodb/table_access.h"

namespace serverless::dynamodb {

/// Updates items of a DynamoDB table: by one UpdateItem, unless the change sets a unique attribute to a new
/// value; then by a TransactWriteItems with the claims.
class TableUpdater final : public ItemUpdater {
 public:
  explicit TableUpdater(TableAccess access) : access_(std::move(access)) {}

  TableResult<StoredItem> update(std::string_view key, const ItemChange& change,
                                 const VersionCondition& condition) override;

 private:
  TableAccess access_;
};

}  // namespace serverless::dynamodb
