#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/dynamodb/versioned_table.h"
#include "core/http/idempotency_record.h"
#include "core/http/version_set.h"
#include "users/name_order.h"
#include "users/user.h"

/// The users in their table, in parts by capability: a handler takes the part that its route needs.
///
/// Every operation may also fail with the problems unavailable and internal. The change may then have been
/// made: see dynamodb::TableError.
namespace users {

class UserReader {
 public:
  /// The table must outlive this reader; the same is true of the classes below.
  explicit UserReader(dynamodb::ItemReader& table) : table_(table) {}

  /// Returns the user as it is now, or user_not_found.
  Result<User> get(const UserId& id);

 private:
  dynamodb::ItemReader& table_;
};

/// The result of a creation.
struct Creation {
  User user;
  /// Whether an earlier request with the same idempotency key created the user.
  bool replayed = false;
};

class UserCreator {
 public:
  explicit UserCreator(dynamodb::ItemCreator& table) : table_(table) {}

  /// Adds a user. Fails with user_exists or email_taken.
  Result<Creation> create(const User& user);

  /// Adds a user at most once for each record. When the record is stored already, returns the user that the
  /// first request created, as it is now. Fails with idempotency_key_reused when the values differ, with
  /// created_user_deleted, and otherwise like create().
  Result<Creation> create_idempotent(const User& user, const http::IdempotencyRecord& record);

 private:
  dynamodb::ItemCreator& table_;
};

class UserUpdater {
 public:
  explicit UserUpdater(dynamodb::ItemUpdater& table) : table_(table) {}

  /// Applies the patch, sets updated_at to `now` and increases the version, in one step. Returns the changed
  /// user. Fails with the first that applies: user_not_found, version_mismatch, email_taken. For a lost
  /// response, and for an item that is not a user, see dynamodb::ItemUpdater::update().
  Result<User> update(const UserId& id, const UserPatch& patch, const http::VersionSet& allowed, Instant now);

 private:
  dynamodb::ItemUpdater& table_;
};

class UserRemover {
 public:
  explicit UserRemover(dynamodb::ItemRemover& table) : table_(table) {}

  /// Deletes a user and returns it as it last was. Fails with user_not_found or version_mismatch.
  Result<User> remove(const UserId& id, const http::VersionSet& allowed);

 private:
  dynamodb::ItemRemover& table_;
};

/// A page of a listing. `Cursor` identifies the user after which the next page begins.
template <typename Cursor>
struct UserPage {
  std::vector<User> users;
  /// Nothing on the last page.
  std::optional<Cursor> next_after;
};

class UserFinder {
 public:
  explicit UserFinder(dynamodb::ItemFinder& table) : table_(table) {}

  /// Returns up to `page_size` (1 to 100) users after `after`, in no particular order; see
  /// dynamodb::ItemFinder::list().
  Result<UserPage<UserId>> list(int page_size, const std::optional<UserId>& after);

  /// Returns up to `page_size` users whose folded name begins with `prefix`, which must be folded and not
  /// empty, in the order of name_key(), after `after`; see dynamodb::ItemFinder::query().
  Result<UserPage<NamePosition>> list_by_name_prefix(std::string_view prefix, int page_size,
                                                     const std::optional<NamePosition>& after);

  /// Returns the user with this address, compared by folded_email(), if there is one.
  Result<std::optional<User>> find_by_email(std::string_view email);

 private:
  dynamodb::ItemFinder& table_;
};

}  // namespace users
