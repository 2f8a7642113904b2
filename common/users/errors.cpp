#include "users/errors.h"

#include <fmt/format.h>

#include "users/user_item.h"

namespace users {

Problem user_not_found(const UserId& id) {
  return {.kind = Problem::Kind::not_found, .detail = fmt::format("There is no user {}.", id.text())};
}

Problem user_exists() {
  return {.kind = Problem::Kind::conflict, .detail = "A user with this id exists already."};
}

Problem email_taken() {
  return {.kind = Problem::Kind::conflict,
          .detail = "Another user has this email address.",
          .errors = {{"email", "taken", "must not be the address of another user"}}};
}

Problem version_mismatch() {
  return {.kind = Problem::Kind::precondition_failed,
          .detail =
              "The user does not have a version that If-Match lists. Get it again and repeat the "
              "change."};
}

Problem idempotency_key_reused() {
  return {.kind = Problem::Kind::unprocessable,
          .detail = "Another user was created with this Idempotency-Key.",
          .errors = {{"Idempotency-Key", "taken", "must be a new key for a different body"}}};
}

Problem created_user_deleted() {
  return {.kind = Problem::Kind::gone,
          .detail = "The user that was created with this Idempotency-Key has been deleted."};
}

Problem to_problem(const dynamodb::TableError& error, const UserId& id) {
  if (error.kind == dynamodb::TableError::Kind::not_found) return user_not_found(id);
  return to_problem(error);
}

Problem to_problem(const dynamodb::TableError& error) {
  using Kind = dynamodb::TableError::Kind;
  switch (error.kind) {
    case Kind::exists:
      return user_exists();
    case Kind::version_mismatch:
      return version_mismatch();
    case Kind::taken:
      if (error.attribute == unique_email.name) return email_taken();
      break;
    case Kind::idempotency_key_reused:
      return idempotency_key_reused();
    case Kind::deleted:
      return created_user_deleted();
    case Kind::unavailable:
      return Problem::unavailable(error.cause);
    case Kind::internal:
      return Problem::internal(error.cause);
    case Kind::not_found:
      break;
  }
  return Problem::internal(
      fmt::format("the table returned an error that this operation cannot fail with (kind {}): {}",
                  static_cast<int>(error.kind), error.cause));
}

}  // namespace users
