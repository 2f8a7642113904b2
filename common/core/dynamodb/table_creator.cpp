#include "core/dynamodb/table_creator.h"

#include <fmt/format.h>

#include "core/dynamodb/claims.h"
#include "core/dynamodb/placeholders.h"

namespace serverless::dynamodb {
namespace {

using Kind = TableError::Kind;

/// The actions that add an item and claim its unique values.
struct CreationActions {
  Action item;
  std::vector<ClaimAction> claims = {};
};

const std::string& key_of(const Attributes& item, const Table& table) {
  return std::get<std::string>(*find(item, table.key_attribute));
}

CreationActions add_creation(Transaction& transaction, const Attributes& item, const Table& table,
                             std::string_view write_token) {
  const Action put = transaction.add("Put", table.name, [&](json::Writer& json) {
    write_item(json, item, write_token);
    Placeholders placeholders;
    json.member("ConditionExpression",
                fmt::format("attribute_not_exists({})", placeholders.name(table.key_attribute)));
    placeholders.write(json);
  });
  CreationActions actions{.item = put};
  for (const UniqueAttribute& unique : table.unique) {
    const AttributeValue* value = find(item, unique.name);
    if (value == nullptr) continue;
    actions.claims.push_back(
        add_claim(transaction, table, unique, std::get<std::string>(*value), key_of(item, table)));
  }
  return actions;
}

TableError creation_error(const Error& error, const CreationActions& actions) {
  if (error.item_of_failed_condition(actions.item)) return {.kind = Kind::exists};
  if (const auto* taken = refused_attribute(actions.claims, error))
    return {.kind = Kind::taken, .attribute = taken->name};
  return table_error(error);
}

}  // namespace

TableResult<void> TableCreator::create(const Attributes& item) {
  const std::string write_token = access_.ids.new_uuid();
  Transaction transaction(write_token);
  const CreationActions actions = add_creation(transaction, item, access_.table, write_token);
  const auto output = access_.client.call("TransactWriteItems", std::move(transaction).input());
  if (!output) return table_failure(creation_error(output.error(), actions));
  return {};
}

TableResult<std::optional<StoredItem>> TableCreator::create_idempotent(
    const Attributes& item, const http::IdempotencyRecord& record) {
  const Table& table = access_.table;
  const std::string write_token = access_.ids.new_uuid();
  Transaction transaction(write_token);
  const CreationActions actions = add_creation(transaction, item, table, write_token);
  const Action remember = add_idempotency_record(transaction, table, record, key_of(item, table));
  const auto output = access_.client.call("TransactWriteItems", std::move(transaction).input());
  if (output) return std::nullopt;

  const auto stored_record = output.error().item_of_failed_condition(remember);
  if (!stored_record) return table_failure(creation_error(output.error(), actions));
  const auto created = stored_record->string(table.key_attribute);
  if (!created)
    return table_failure({.kind = Kind::internal, .cause = "an idempotency record names no item"});
  if (!has_fingerprint(*stored_record, record.fingerprint))
    return table_failure({.kind = Kind::idempotency_key_reused});
  auto stored = get_item(access_, *created);
  if (!stored && stored.error().kind == Kind::not_found) return table_failure({.kind = Kind::deleted});
  return stored;
}

}  // namespace serverless::dynamodb
