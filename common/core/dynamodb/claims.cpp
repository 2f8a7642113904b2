#include "core/dynamodb/claims.h"

#include "core/dynamodb/placeholders.h"
#include "core/dynamodb/table_access.h"

namespace serverless::dynamodb {
namespace {

constexpr std::string_view record_prefix = "once#";

/// Writes the condition that no item holds the claim, or that `holder` holds it.
void write_holder_condition(json::Writer& json, const Table& table, std::string_view holder) {
  Placeholders placeholders;
  json.member("ConditionExpression", "attribute_not_exists(" + placeholders.name(claim_attribute) + ") OR " +
                                         placeholders.name(table.key_attribute) + " = " +
                                         placeholders.value("_holder", std::string(holder)));
  placeholders.write(json);
}

}  // namespace

std::string claim_key(const UniqueAttribute& unique, std::string_view value) {
  return std::string(unique.claim_prefix).append(value);
}

Action add_claim(Transaction& transaction, const Table& table, std::string_view claim,
                 std::string_view holder) {
  return transaction.add("Put", table.claims_name, [&](json::Writer& json) {
    write_item(json, {{claim_attribute, std::string(claim)}, {table.key_attribute, std::string(holder)}});
    write_holder_condition(json, table, holder);
  });
}

Action add_release(Transaction& transaction, const Table& table, std::string_view claim,
                   std::string_view holder) {
  return transaction.add("Delete", table.claims_name, [&](json::Writer& json) {
    write_key(json, "Key", claim_attribute, claim);
    write_holder_condition(json, table, holder);
  });
}

Action add_idempotency_record(Transaction& transaction, const Table& table,
                              const http::IdempotencyRecord& record, std::string_view holder) {
  return transaction.add("Put", table.claims_name, [&](json::Writer& json) {
    write_item(json, {{claim_attribute, std::string(record_prefix) + record.digest},
                      {table.key_attribute, std::string(holder)},
                      {"fingerprint", record.fingerprint},
                      {"expiresAt", epoch_seconds(record.expires_at)}});
    Placeholders placeholders;
    json.member("ConditionExpression", "attribute_not_exists(" + placeholders.name(claim_attribute) +
                                           ") OR " + placeholders.name("expiresAt") + " <= " +
                                           placeholders.value("_now", epoch_seconds(record.requested_at)));
    placeholders.write(json);
  });
}

}  // namespace serverless::dynamodb
