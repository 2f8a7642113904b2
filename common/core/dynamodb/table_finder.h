#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "core/dynamodb/table_access.h"

namespace serverless::dynamodb {

/// Finds items of a DynamoDB table: with Scan, with Query of an index, and by the claim on a unique value.
class TableFinder final : public ItemFinder {
 public:
  explicit TableFinder(TableAccess access) : access_(std::move(access)) {}

  TableResult<ItemPage> list(int limit, const std::optional<Position>& after) override;
  TableResult<ItemPage> query(const IndexRange& range, int limit,
                              const std::optional<Position>& after) override;
  TableResult<StoredItem> find(const UniqueAttribute& unique, std::string_view value) override;

 private:
  TableAccess access_;
};

}  // namespace serverless::dynamodb
