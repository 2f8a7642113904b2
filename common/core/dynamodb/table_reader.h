#pragma once

#include <string_view>
#include <utility>

#include "core/dynamodb/table_access.h"

namespace serverless::dynamodb {

/// Reads items of a DynamoDB table, by GetItem.
class TableReader final : public ItemReader {
 public:
  explicit TableReader(TableAccess access) : access_(std::move(access)) {}

  TableResult<StoredItem> get(std::string_view key) override { return get_item(access_, key); }

 private:
  TableAccess access_;
};

}  // namespace serverless::dynamodb
