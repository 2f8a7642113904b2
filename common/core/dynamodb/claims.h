#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/dynamodb/client.h"
#include "core/dynamodb/transaction.h"
#include "core/dynamodb/versioned_table.h"

/// Claims: items of a second table that keep values unique and remember idempotency keys. Their key is the
/// attribute `claim`, and another attribute contains the key of the item that holds them. They are written in
/// the transaction that writes that item.
namespace serverless::dynamodb {

constexpr std::string_view claim_attribute = "claim";

/// The action of a transaction on the claim for a unique attribute.
struct ClaimAction {
  const UniqueAttribute* attribute;
  Action action;
};

/// Returns the key of the claim on a value.
std::string claim_key(const UniqueAttribute& unique, std::string_view value);

/// Adds the action that claims a value for the item `holder`. Its condition fails when another item holds the
/// claim.
ClaimAction add_claim(Transaction& transaction, const Table& table, const UniqueAttribute& unique,
                      std::string_view value, std::string_view holder);

/// Adds the action that releases a value of the item `holder`. Its condition fails when another item holds
/// the claim.
ClaimAction add_release(Transaction& transaction, const Table& table, const UniqueAttribute& unique,
                        std::string_view value, std::string_view holder);

/// Returns the attribute of the first action whose condition failed; null when there is none.
const UniqueAttribute* refused_attribute(const std::vector<ClaimAction>& actions, const Error& error);

/// Adds the action that stores an idempotency record for the item `holder`. Its condition fails when an
/// unexpired record exists. DynamoDB deletes a record within days after `expiresAt`.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
Action add_idempotency_record(Transaction& transaction, const Table& table,
                              const http::IdempotencyRecord& record, std::string_view holder);

/// Returns whether a stored idempotency record has this fingerprint, and so was created for the same values.
inline bool has_fingerprint(const Item& stored_record, std::string_view fingerprint) {
  return stored_record.string("fingerprint") == fingerprint;
}

}  // namespace serverless::dynamodb
