#pragma once

#include <string>
#include <string_view>

#include "dynamodb/transaction.h"
#include "users/user.h"

/// Claims: what at most one user may have at a time is the key of an item in a table of its own, which says whose
/// it is. They are written in the transaction that writes the user, so that neither is ever there without the
/// other.
namespace users::dynamodb {

/// The key of the claim on an address, such as `email#ada@example.com`.
std::string email_claim(std::string_view email);

/// Adds the action that makes the claim the user's, on condition that it is nobody else's.
void add_claim(Transaction& transaction, std::string_view table, std::string_view claim, const UserId& user);

/// Adds the action that gives the claim up, on the same condition.
void add_release(Transaction& transaction, std::string_view table, std::string_view claim, const UserId& user);

}  // namespace users::dynamodb
