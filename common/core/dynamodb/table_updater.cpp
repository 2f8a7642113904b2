#include "core/dynamodb/table_updater.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/dynamodb/item_transaction.h"

namespace serverless::dynamodb {
namespace {

using Kind = TableError::Kind;

/// Returns the UpdateExpression of a change.
std::string update_expression(const ItemChange& change, std::string_view write_token,
                              Placeholders& placeholders) {
  const std::string version = placeholders.name(version_attribute);
  std::string expression = fmt::format(
      "SET {0} = {0} + {1}, {2} = {3}", version, placeholders.value("_one", 1),
      placeholders.name(write_token_attribute), placeholders.value("_token", std::string(write_token)));
  for (const auto& [name, value] : change.set)
    expression += fmt::format(", {} = {}", placeholders.name(name), placeholders.value(name, value));
  for (std::size_t i = 0; i < change.remove.size(); ++i)
    expression.append(i == 0 ? " REMOVE " : ", ").append(placeholders.name(change.remove[i]));
  return expression;
}

/// Returns the condition that the item exists in one of the allowed versions.
std::string version_expression(const Table& table, const VersionCondition& condition,
                               Placeholders& placeholders) {
  std::string expression = fmt::format("attribute_exists({})", placeholders.name(table.key));
  if (!condition.any_of) return expression;
  std::vector<std::string> versions;
  for (const std::int64_t version : *condition.any_of)
    versions.push_back(placeholders.value(fmt::format("_v{}", versions.size()), version));
  // Versions begin at 1, so that no item has the version 0.
  if (versions.empty()) versions.push_back(placeholders.value("_none", 0));
  return fmt::format("{} AND {} IN ({})", expression, placeholders.name(version_attribute),
                     fmt::join(versions, ","));
}

/// Returns the whole condition of an UpdateItem: it also fails when the unique attributes of the change are
/// not those of the item, and when this very write was carried out before.
std::string update_condition(const Table& table, const ItemChange& change, const VersionCondition& condition,
                             Placeholders& placeholders) {
  const std::string token = placeholders.name(write_token_attribute);
  std::string expression = fmt::format("{0} AND (attribute_not_exists({1}) OR {1} <> :_token)",
                                       version_expression(table, condition, placeholders), token);
  for (const UniqueAttribute& unique : table.unique)
    if (find(change.set, unique.name) != nullptr)
      expression += fmt::format(" AND {} = :{}", placeholders.name(unique.name), unique.name);
  return expression;
}

bool sets_unique_attribute(const Table& table, const ItemChange& change) {
  return std::ranges::any_of(
      table.unique, [&](const UniqueAttribute& unique) { return find(change.set, unique.name) != nullptr; });
}

/// Returns the item that a change makes of `before`: DynamoDB returns none from a transaction.
StoredItem changed_item(const Item& before, const ItemChange& change, std::string_view write_token) {
  const auto is_replaced = [&](std::string_view name) {
    return name == version_attribute || name == write_token_attribute || find(change.set, name) != nullptr ||
           std::ranges::find(change.remove, name) != change.remove.end();
  };
  json::Writer json;
  json.begin_object();
  for (const auto& [name, value] : before.json().members()) {
    if (is_replaced(name)) continue;
    json.key(name).value(value);
  }
  for (const auto& [name, value] : change.set) write_attribute(json, name, value);
  write_attribute(json, version_attribute, before.number<std::int64_t>(version_attribute).value_or(0) + 1);
  write_attribute(json, write_token_attribute, std::string(write_token));
  json.end_object();
  auto document = json::Document::parse(std::move(json).text());
  const Item item(document->root());
  return {.document = *std::move(document), .item = item};
}

TableResult<StoredItem> update_in_transaction(const TableAccess& access, std::string_view key,
                                              StoredItem current, const ItemChange& change,
                                              const VersionCondition& condition) {
  const Table& table = access.table;
  const auto add_update = [&](Transaction& transaction, std::int64_t version,
                              const std::string& write_token) {
    return transaction.add("Update", table.name, [&](json::Writer& json) {
      Placeholders placeholders;
      write_key(json, "Key", table.key, key);
      json.member("UpdateExpression", update_expression(change, write_token, placeholders))
          .member("ConditionExpression", version_is(version, placeholders));
      placeholders.write(json);
    });
  };
  return write_in_transaction(access, key, std::move(current), condition,
                              {.add = add_update, .set = &change.set})
      .map([&](const WrittenItem& written) {
        return changed_item(written.before.item, change, written.write_token);
      });
}

}  // namespace

TableResult<StoredItem> TableUpdater::update(std::string_view key, const ItemChange& change,
                                             const VersionCondition& condition) {
  const Table& table = access_.table;
  const std::string write_token = access_.ids.new_uuid();
  Placeholders placeholders;
  json::Writer input;
  input.begin_object().member("TableName", table.name);
  write_key(input, "Key", table.key, key);
  input.member("UpdateExpression", update_expression(change, write_token, placeholders))
      .member("ConditionExpression", update_condition(table, change, condition, placeholders));
  placeholders.write(input);
  input.member("ReturnValues", "ALL_NEW")
      .member("ReturnValuesOnConditionCheckFailure", "ALL_OLD")
      .end_object();

  auto output = access_.client.call("UpdateItem", std::move(input).text());
  if (output) {
    const Item item(output->root()["Attributes"]);
    return StoredItem{.document = *std::move(output), .item = item};
  }
  Error& error = output.error();
  if (error.kind != Error::Kind::condition_failed) return tl::unexpected(table_error(error));

  const Item stored = error.item();
  if (stored.string(write_token_attribute) ==
      write_token)  // an earlier attempt wrote it, and its response was lost
    return StoredItem{.document = *std::move(error.details), .item = stored};
  const auto version = stored.number<std::int64_t>(version_attribute);
  const bool version_allowed = !version || condition.allows(*version);
  if (stored.exists() && version_allowed && sets_unique_attribute(table, change))
    return update_in_transaction(access_, key, {.document = *std::move(error.details), .item = stored},
                                 change, condition);
  // An attempt whose response was lost may have been carried out, and overwritten since.
  if (error.after_lost_response) return tl::unexpected(table_error(error));
  return tl::unexpected(TableError{.kind = stored.exists() ? Kind::version_mismatch : Kind::not_found});
}

}  // namespace serverless::dynamodb
