#include "core/dynamodb/table_finder.h"

#include <fmt/format.h>

#include "core/dynamodb/claims.h"
#include "core/dynamodb/placeholders.h"

namespace serverless::dynamodb {
namespace {

using Kind = TableError::Kind;

/// Reads the output of a Scan or, with `sort_attribute`, of a Query of an index.
TableResult<ItemPage> read_page(json::Document document, std::string_view key_attribute,
                                std::string_view sort_attribute) {
  const json::Value items = document.root()["Items"];
  if (!items.is_array())
    return table_failure({.kind = Kind::internal, .cause = "DynamoDB returned a page without items"});
  ItemPage page{.document = std::move(document), .items = {}, .next_after = std::nullopt};
  for (const json::Value& item : items.elements()) page.items.emplace_back(item);

  const Item last(page.document.root()["LastEvaluatedKey"]);
  if (!last.exists()) return page;
  const auto last_key = last.string(key_attribute);
  const auto last_sort_key =
      sort_attribute.empty() ? std::optional<std::string_view>("") : last.string(sort_attribute);
  if (!last_key || !last_sort_key)
    return table_failure(
        {.kind = Kind::internal, .cause = "DynamoDB returned an incomplete LastEvaluatedKey"});
  page.next_after = Position{.key = std::string(*last_key), .sort_key = std::string(*last_sort_key)};
  return page;
}

}  // namespace

TableResult<ItemPage> TableFinder::list(int limit, const std::optional<Position>& after) {
  const Table& table = access_.table;
  json::Writer input;
  input.begin_object().member("TableName", table.name).member("Limit", limit).member("ConsistentRead", true);
  if (after) write_key(input, "ExclusiveStartKey", table.key_attribute, after->key);
  input.end_object();

  auto output = access_.client.call("Scan", std::move(input).text());
  if (!output) return table_failure(table_error(output.error()));
  return read_page(*std::move(output), table.key_attribute, "");
}

TableResult<ItemPage> TableFinder::query(const IndexRange& range, int limit,
                                         const std::optional<Position>& after) {
  const Table& table = access_.table;
  Placeholders placeholders;
  const std::string condition =
      fmt::format("{} = {} AND begins_with({}, {})", placeholders.name(range.partition_attribute),
                  placeholders.value("_partition", range.partition), placeholders.name(range.sort_attribute),
                  placeholders.value("_prefix", range.prefix));
  json::Writer input;
  input.begin_object()
      .member("TableName", table.name)
      .member("IndexName", range.index)
      .member("KeyConditionExpression", condition);
  placeholders.write(input);
  input.member("Limit", limit);
  if (after) {
    input.key("ExclusiveStartKey").begin_object();
    write_attribute(input, table.key_attribute, after->key);
    write_attribute(input, range.partition_attribute, range.partition);
    write_attribute(input, range.sort_attribute, after->sort_key);
    input.end_object();
  }
  input.end_object();

  auto output = access_.client.call("Query", std::move(input).text());
  if (!output) return table_failure(table_error(output.error()));
  return read_page(*std::move(output), table.key_attribute, range.sort_attribute);
}

TableResult<StoredItem> TableFinder::find(const UniqueAttribute& unique, std::string_view value) {
  const Table& table = access_.table;
  const auto claim = get_claim(access_, claim_key(unique, value));
  if (!claim) return table_failure(claim.error());
  const auto holder = claim->item.string(table.key_attribute);
  if (!holder) return table_failure({.kind = Kind::internal, .cause = "a claim names no item"});
  auto stored = get_item(access_, *holder);
  // Between the two reads, the item may have lost the value.
  if (stored && stored->item.string(unique.name) != value) return table_failure({.kind = Kind::not_found});
  return stored;
}

}  // namespace serverless::dynamodb
