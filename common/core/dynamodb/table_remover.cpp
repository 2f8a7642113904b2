#include "core/dynamodb/table_remover.h"

#include "core/dynamodb/item_transaction.h"

namespace serverless::dynamodb {
namespace {

class Deletion final : public ItemWrite {
 public:
  std::string_view action() const override { return "Delete"; }
  void write_members(json::Writer&, Placeholders&, std::string_view) const override {}
  std::optional<std::string_view> value_after(const UniqueAttribute&, const Item&) const override {
    return std::nullopt;
  }
};

}  // namespace

TableResult<StoredItem> TableRemover::remove(std::string_view key, const http::VersionSet& allowed) {
  auto current = get_item(access_, key);
  if (!current) return current;
  return write_in_transaction(access_, key, *std::move(current), allowed, Deletion())
      .map([](WrittenItem written) { return std::move(written.before); });
}

}  // namespace serverless::dynamodb
