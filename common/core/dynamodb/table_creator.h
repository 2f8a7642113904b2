#pragma once

#include <optional>
#include <utility>

#include "core/dynamodb/table_access.h"

namespace serverless::dynamodb {

/// Adds items to a DynamoDB table with one TransactWriteItems, which also writes the claims.
class TableCreator final : public ItemCreator {
 public:
  explicit TableCreator(TableAccess access) : access_(std::move(access)) {}

  TableResult<void> create(const Attributes& item) override;
  TableResult<std::optional<StoredItem>> create_idempotent(const Attributes& item,
                                                           const http::IdempotencyRecord& record) override;

 private:
  TableAccess access_;
};

}  // namespace serverless::dynamodb
