#include "core/dynamodb/claims.h"

#include <fmt/format.h>

#include "core/dynamodb/placeholders.h"
#include "core/dynamodb/table_access.h"

namespace serverless::dynamodb {
namespace {

constexpr std::string_view record_prefix = "once#";

/// Writes the condition that no item holds the claim, or that `holder` holds it.
void write_holder_condition(json::Writer& json, const Table& table, std::string_view holder) {
  Placeholders placeholders;
  json.member("ConditionExpression",
              fmt::format("attribute_not_exists({}) OR {} = {}", placeholders.name(claim_attribute),
                          placeholders.name(table.key_attribute),
                          placeholders.value("_holder", std::string(holder))));
  placeholders.write(json);
}

}  // namespace

std::string claim_key(const UniqueAttribute& unique, std::string_view value) {
  return std::string(unique.claim_prefix).append(value);
}

ClaimAction add_claim(Transaction& transaction, const Table& table, const UniqueAttribute& unique,
                      std::string_view value, std::string_view holder) {
  const Action put = transaction.add("Put", table.claims_name, [&](json::Writer& json) {
    write_item(json,
               {{claim_attribute, claim_key(unique, value)}, {table.key_attribute, std::string(holder)}});
    write_holder_condition(json, table, holder);
  });
  return {.attribute = &unique, .action = put};
}

ClaimAction add_release(Transaction& transaction, const Table& table, const UniqueAttribute& unique,
                        std::string_view value, std::string_view holder) {
  const Action remove = transaction.add("Delete", table.claims_name, [&](json::Writer& json) {
    write_key(json, "Key", claim_attribute, claim_key(unique, value));
    write_holder_condition(json, table, holder);
  });
  return {.attribute = &unique, .action = remove};
}

const UniqueAttribute* refused_attribute(const std::vector<ClaimAction>& actions, const Error& error) {
  for (const auto& [attribute, action] : actions)
    if (error.item_of_failed_condition(action)) return attribute;
  return nullptr;
}

Action add_idempotency_record(Transaction& transaction, const Table& table,
                              const http::IdempotencyRecord& record, std::string_view holder) {
  return transaction.add("Put", table.claims_name, [&](json::Writer& json) {
    write_item(json, {{claim_attribute, std::string(record_prefix) + record.digest},
                      {table.key_attribute, std::string(holder)},
                      {"fingerprint", record.fingerprint},
                      {"expiresAt", epoch_seconds(record.expires_at)}});
    Placeholders placeholders;
    json.member("ConditionExpression",
                fmt::format("attribute_not_exists({}) OR {} <= {}", placeholders.name(claim_attribute),
                            placeholders.name("expiresAt"),
                            placeholders.value("_now", epoch_seconds(record.requested_at))));
    placeholders.write(json);
  });
}

}  // namespace serverless::dynamodb
