#include "core/dynamodb/table_remover.h"

#include "core/dynamodb/item_transaction.h"

namespace serverless::dynamodb {

TableResult<StoredItem> TableRemover::remove(std::string_view key, const http::VersionSet& allowed) {
  const Table& table = access_.table;
  auto current = get_item(access_, key);
  if (!current) return current;

  const auto add_delete = [&](Transaction& transaction, const Item& before,
                              const std::string& /*write_token*/) {
    return transaction.add("Delete", table.name, [&](json::Writer& json) {
      write_key(json, "Key", table.key_attribute, key);
      Placeholders placeholders;
      json.member("ConditionExpression", unchanged_condition(table, before, placeholders));
      placeholders.write(json);
    });
  };
  return write_in_transaction(access_, key, *std::move(current), allowed,
                              {.add = add_delete, .change = nullptr})
      .map([](WrittenItem written) { return std::move(written.before); });
}

}  // namespace serverless::dynamodb
