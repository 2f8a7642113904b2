#pragma once

#include "core/dynamodb/versioned_table.h"
#include "users/user.h"

/// The problems of the domain, and the conversion of the table's errors to them.
namespace users {

Problem user_not_found(const UserId& id);
/// A user with this id exists already.
Problem user_exists();
/// Another user has the email address.
Problem email_taken();
/// The If-Match header does not list the stored version.
Problem version_mismatch();
/// The idempotency key was used to create another user.
Problem idempotency_key_reused();
/// The user that the idempotency key created has been deleted.
Problem created_user_deleted();

/// Converts an error of an operation on the user `id`.
Problem to_problem(const dynamodb::TableError& error, const UserId& id);
/// Converts an error of an operation that concerns no particular user.
Problem to_problem(const dynamodb::TableError& error);

}  // namespace users
