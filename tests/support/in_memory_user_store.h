#pragma once

#include <map>

#include "users/user_store.h"

namespace users::testing {

/// The UserStore for tests that must be quick. It behaves as the one on DynamoDB does: both pass the same
/// contract.
class InMemoryUserStore final : public UserStore {
 public:
  Result<User> create(const User& user) override;
  Result<Creation> create_once(const User& user, const CreationKey& key) override;
  Result<User> get(const UserId& id) override;
  Result<User> update(const UserId& id, const UserPatch& patch, const VersionCondition& condition,
                      Instant now) override;
  Result<User> remove(const UserId& id, const VersionCondition& condition) override;
  Result<UserPage> list(int page_size, const std::optional<UserId>& after) override;
  Result<std::optional<User>> find_by_email(std::string_view email) override;
  Result<NamePage> list_by_name(std::string_view prefix, int page_size,
                                const std::optional<NamePosition>& after) override;

 private:
  bool is_taken(std::string_view email, const UserId& by_others_than) const;
  /// The stored user, when the condition allows it to be changed.
  Result<User*> find(const UserId& id, const VersionCondition& condition);

  struct Made {
    CreationKey key;
    UserId user;
  };

  std::map<UserId, User> users_;
  /// By the digest of the key.
  std::map<std::string, Made> made_;
};

}  // namespace users::testing
