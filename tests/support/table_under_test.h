#pragma once

#include <memory>
#include <string_view>

#include "core/dynamodb/versioned_table.h"
#include "tests/support/in_memory_table.h"

namespace serverless::testing {

/// All ports of one table.
struct TablePorts {
  dynamodb::ItemReader& reader;
  dynamodb::ItemCreator& creator;
  dynamodb::ItemUpdater& updater;
  dynamodb::ItemRemover& remover;
  dynamodb::ItemFinder& finder;
};

inline TablePorts ports_of(InMemoryTable& table) {
  return {table, table, table, table, table};
}

/// The index of a table, with string keys.
struct IndexDefinition {
  std::string_view name;
  std::string_view partition_key;
  std::string_view sort_key;
};

/// An empty table, for a contract.
class TableUnderTest {
 public:
  virtual ~TableUnderTest() = default;
  virtual TablePorts ports() = 0;
};

/// Makes a table with this layout; the implementation chooses its name.
using MakeTable = std::unique_ptr<TableUnderTest> (*)(const dynamodb::Table& layout,
                                                      const IndexDefinition& index);

class InMemoryTableUnderTest final : public TableUnderTest {
 public:
  static std::unique_ptr<TableUnderTest> make(const dynamodb::Table& layout,
                                              const IndexDefinition& /*index*/) {
    return std::make_unique<InMemoryTableUnderTest>(layout);
  }

  explicit InMemoryTableUnderTest(const dynamodb::Table& layout) : table_(layout) {}
  TablePorts ports() override { return ports_of(table_); }

 private:
  InMemoryTable table_;
};

}  // namespace serverless::testing
