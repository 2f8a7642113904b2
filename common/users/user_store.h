#pragma once

#include <optional>
#include <vector>

#include "support/result.h"
#include "users/creation_key.h"
#include "users/name_order.h"
#include "users/user.h"

namespace users {

/// One page of a listing.
struct UserPage {
  std::vector<User> users;
  /// Where the next page begins: after this user, who may be gone by then. Nothing on the last page.
  std::optional<UserId> next_after;
};

/// One page of a listing by name.
struct NamePage {
  std::vector<User> users;
  std::optional<NamePosition> next_after;
};

/// What came of a creation that is to happen once.
struct Creation {
  User user;
  /// Whether an earlier one with the same key had made it.
  bool replayed = false;
};

/// Where users are kept: a port, with the real store behind it in production (dynamodb/user_store.h) and one
/// in memory in tests. Every implementation passes tests/contract/user_store_contract.h.
///
/// No two users ever share an email address, compared by folded_email(): whoever comes second gets
/// Problem::email_taken.
///
/// What a caller must expect is a value: Problem::user_not_found, precondition_failed, conflict, email_taken;
/// and, from stores that can fail, unavailable (worth trying again; a change may or may not have been made)
/// and internal.
class UserStore {
 public:
  virtual ~UserStore() = default;

  /// Adds a user as it is given. A user with that id or that address must not exist yet.
  virtual Result<User> create(const User& user) = 0;

  /// The same at most once for each key, whatever happens to the user afterwards: again with that key and the
  /// same fingerprint it gives the user as it is by then, or user_gone; with another fingerprint key_reused,
  /// also where the address is taken. A refused creation leaves the key unused. Keys that have expired by the
  /// user's created_at count as new.
  virtual Result<Creation> create_once(const User& user, const CreationKey& key) = 0;

  /// The user as it is now (strongly consistent).
  virtual Result<User> get(const UserId& id) = 0;

  /// Applies the patch, sets updated_at to `now` and raises the version by one, all in one step; gives the
  /// user as it is then. A missing user is user_not_found whatever the condition; precondition_failed when
  /// the stored version is not among those of the condition; and only then email_taken.
  virtual Result<User> update(const UserId& id, const UserPatch& patch, const VersionCondition& condition,
                              Instant now) = 0;

  /// Deletes the user and gives it as it last was. Problems as with update.
  virtual Result<User> remove(const UserId& id, const VersionCondition& condition) = 0;

  /// Up to `page_size` (1 to 100) users after `after`, in an order of the store's own (strongly consistent).
  /// Following next_after to the end gives every user that existed throughout exactly once; a page may be
  /// short, or empty, and still not be the last.
  virtual Result<UserPage> list(int page_size, const std::optional<UserId>& after) = 0;

  /// The user with that address, compared by folded_email(); nothing when nobody has it (strongly
  /// consistent).
  virtual Result<std::optional<User>> find_by_email(std::string_view email) = 0;

  /// Up to `page_size` users whose folded name begins with `prefix`, which is folded and not empty, in the
  /// order of name_key(), after `after`, whose name begins so as well. Eventually consistent: a change may
  /// take a moment to be seen here, and who is renamed meanwhile may come twice or not at all.
  virtual Result<NamePage> list_by_name(std::string_view prefix, int page_size,
                                        const std::optional<NamePosition>& after) = 0;
};

}  // namespace users
