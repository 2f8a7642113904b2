#include "core/dynamodb/table_access.h"

#include <fmt/format.h>

#include "core/dynamodb/claims.h"

namespace serverless::dynamodb {
namespace {

TableResult<StoredItem> get(Client& client, std::string_view table, std::string_view attribute,
                            std::string_view key) {
  json::Writer input;
  input.begin_object().member("TableName", table);
  write_key(input, "Key", attribute, key);
  input.member("ConsistentRead", true).end_object();

  auto output = client.call("GetItem", std::move(input).text());
  if (!output) return table_failure(table_error(output.error()));
  const Item item(output->root()["Item"]);
  if (!item.exists()) return table_failure({.kind = TableError::Kind::not_found});
  return StoredItem{.document = *std::move(output), .item = item};
}

}  // namespace

void write_item(json::Writer& json, const Attributes& attributes, std::string_view write_token) {
  json.key("Item").begin_object();
  for (const auto& [name, value] : attributes) write_attribute(json, name, value);
  if (!write_token.empty()) write_attribute(json, write_token_attribute, std::string(write_token));
  json.end_object();
}

void write_key(json::Writer& json, std::string_view member, std::string_view attribute,
               std::string_view key) {
  json.key(member).begin_object();
  write_attribute(json, attribute, std::string(key));
  json.end_object();
}

TableResult<StoredItem> get_item(const TableAccess& access, std::string_view key) {
  return get(access.client, access.table.name, access.table.key_attribute, key);
}

TableResult<StoredItem> get_claim(const TableAccess& access, std::string_view claim) {
  return get(access.client, access.table.claims_name, claim_attribute, claim);
}

TableError table_error(const Error& error) {
  return {
      .kind =
          error.kind == Error::Kind::rejected ? TableError::Kind::internal : TableError::Kind::unavailable,
      .cause = fmt::format("DynamoDB{}: {}",
                           error.after_unknown_outcome ? ", after an attempt whose outcome is unknown" : "",
                           error.message)};
}

}  // namespace serverless::dynamodb
