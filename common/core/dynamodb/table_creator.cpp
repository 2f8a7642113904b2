#include "core/dynamodb/table_creator.h"

#include "core/dynamodb/claims.h"
#include "core/dynamodb/placeholders.h"

namespace serverless::dynamodb {
namespace {

using Kind = TableError::Kind;

/// The transaction that adds an item and claims its unique values.
struct CreationTransaction {
  Transaction transaction;
  Action item;
  std::vector<Claim> claims = {};
};

const std::string& key_of(const Attributes& item, const Table& table) {
  return std::get<std::string>(*find(item, table.key_attribute));
}

CreationTransaction make_creation(const Attributes& item, const Table& table, std::string_view write_token) {
  Transaction transaction(write_token);
  const Action put = transaction.add("Put", table.name, [&](json::Writer& json) {
    write_item(json, item, write_token);
    Placeholders placeholders;
    json.member("ConditionExpression",
                "attribute_not_exists(" + placeholders.name(table.key_attribute) + ")");
    placeholders.write(json);
  });
  CreationTransaction creation{.transaction = std::move(transaction), .item = put};
  for (const UniqueAttribute& unique : table.unique) {
    const AttributeValue* value = find(item, unique.name);
    if (value == nullptr) continue;
    const std::string claim = claim_key(unique, std::get<std::string>(*value));
    creation.claims.push_back({&unique, add_claim(creation.transaction, table, claim, key_of(item, table))});
  }
  return creation;
}

TableError creation_error(const Error& error, const CreationTransaction& creation) {
  if (error.item_of_failed_condition(creation.item)) return {.kind = Kind::exists};
  for (const auto& [unique, claim] : creation.claims)
    if (error.item_of_failed_condition(claim)) return {.kind = Kind::taken, .attribute = unique->name};
  return table_error(error);
}

}  // namespace

TableResult<void> TableCreator::create(const Attributes& item) {
  CreationTransaction creation = make_creation(item, access_.table, access_.ids.new_uuid());
  const auto output = access_.client.call("TransactWriteItems", std::move(creation.transaction).input());
  if (!output) return tl::unexpected(creation_error(output.error(), creation));
  return {};
}

TableResult<std::optional<StoredItem>> TableCreator::create_idempotent(
    const Attributes& item, const http::IdempotencyRecord& record) {
  const Table& table = access_.table;
  CreationTransaction creation = make_creation(item, table, access_.ids.new_uuid());
  const Action remember = add_idempotency_record(creation.transaction, table, record, key_of(item, table));
  const auto output = access_.client.call("TransactWriteItems", std::move(creation.transaction).input());
  if (output) return std::nullopt;

  const auto stored_record = output.error().item_of_failed_condition(remember);
  if (!stored_record) return tl::unexpected(creation_error(output.error(), creation));
  const auto created = stored_record->string(table.key_attribute);
  if (!created)
    return tl::unexpected(TableError{.kind = Kind::internal, .cause = "an idempotency record names no item"});
  if (!has_fingerprint(*stored_record, record.fingerprint))
    return tl::unexpected(TableError{.kind = Kind::idempotency_key_reused});
  auto stored = get_item(access_, *created);
  if (!stored && stored.error().kind == Kind::not_found)
    return tl::unexpected(TableError{.kind = Kind::deleted});
  return stored;
}

}  // namespace serverless::dynamodb
