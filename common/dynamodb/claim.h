#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dynamodb/transaction.h"
#include "json/json.h"
#include "users/creation_key.h"
#include "users/user.h"

/// Claims: what at most one user may have at a time is the key of an item in a table of its own, which says
/// whose it is. They are written in the transaction that writes the user, so that neither is ever there
/// without the other.
namespace users::dynamodb {

/// The key of the claim on an address, such as `email#ada@example.com`.
std::string email_claim(std::string_view email);

/// Adds the action that makes the claim the user's, on condition that it is nobody else's.
void add_claim(Transaction& transaction, std::string_view table, std::string_view claim, const UserId& user);

/// Adds the action that gives the claim up, on the same condition.
void add_release(Transaction& transaction, std::string_view table, std::string_view claim,
                 const UserId& user);

/// Adds the action that claims the key of the user's creation, on condition that nobody has it who is not
/// expired. DynamoDB deletes what has expired, by `expiresAt`, but takes its time.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
void add_creation_claim(Transaction& transaction, std::string_view table, const CreationKey& key,
                        const User& user);

/// Whether the claim was made for a user of the same values.
bool is_claimed_for(const json::Value& claim, const CreationKey& key);

/// The user whose the claim is; nothing when it is no item of this table.
std::optional<UserId> claimed_user(const json::Value& claim);

}  // namespace users::dynamodb
