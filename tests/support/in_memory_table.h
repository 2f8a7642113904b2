#pragma once

#include <map>
#include <string>

#include "core/dynamodb/versioned_table.h"

namespace serverless::testing {

/// A versioned table in memory, for fast tests. It passes the same contract as the table on DynamoDB.
class InMemoryTable : public dynamodb::ItemReader,
                      public dynamodb::ItemCreator,
                      public dynamodb::ItemUpdater,
                      public dynamodb::ItemRemover,
                      public dynamodb::ItemFinder {
 public:
  explicit InMemoryTable(dynamodb::Table table) : table_(std::move(table)) {}

  dynamodb::TableResult<dynamodb::StoredItem> get(std::string_view key) override;
  dynamodb::TableResult<void> create(const dynamodb::Attributes& item) override;
  dynamodb::TableResult<std::optional<dynamodb::StoredItem>> create_idempotent(
      const dynamodb::Attributes& item, const http::IdempotencyRecord& record) override;
  dynamodb::TableResult<dynamodb::StoredItem> update(std::string_view key, const dynamodb::ItemChange& change,
                                                     const http::VersionSet& allowed) override;
  dynamodb::TableResult<dynamodb::StoredItem> remove(std::string_view key,
                                                     const http::VersionSet& allowed) override;
  dynamodb::TableResult<dynamodb::ItemPage> list(int limit,
                                                 const std::optional<dynamodb::Position>& after) override;
  dynamodb::TableResult<dynamodb::ItemPage> query(const dynamodb::IndexRange& range, int limit,
                                                  const std::optional<dynamodb::Position>& after) override;
  dynamodb::TableResult<dynamodb::StoredItem> find(const dynamodb::UniqueAttribute& unique,
                                                   std::string_view value) override;

 private:
  using StoredAttributes = std::map<std::string, dynamodb::AttributeValue, std::less<>>;
  struct CreatedItem {
    http::IdempotencyRecord record;
    std::string key;
  };

  bool is_readable(const StoredAttributes& item) const;
  /// Returns whether the change gives a unique attribute another value, or removes one.
  bool moves(const StoredAttributes& item, const dynamodb::ItemChange& change) const;
  /// Returns the item when it exists and the condition allows its version.
  dynamodb::TableResult<StoredAttributes*> find_allowed(std::string_view key,
                                                        const http::VersionSet& allowed);
  /// Returns the first unique attribute of `attributes` whose value an item other than `key` has.
  const dynamodb::UniqueAttribute* taken_by_others(std::string_view key,
                                                   const dynamodb::Attributes& attributes) const;

  dynamodb::Table table_;
  std::map<std::string, StoredAttributes, std::less<>> items_;
  /// By the digest of the idempotency record.
  std::map<std::string, CreatedItem> created_;
};

}  // namespace serverless::testing
