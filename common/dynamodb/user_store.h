#pragma once

#include <string>

#include "dynamodb/client.h"
#include "dynamodb/transaction.h"
#include "support/ids.h"
#include "users/user_store.h"

namespace users::dynamodb {

/// The users in a DynamoDB table whose key is `userId`, with the claims on their addresses in a second one
/// whose key is `claim`, and an index `ByName`. Conditions are decided by DynamoDB. A call is one operation,
/// but a change of address is two, and so is a removal: the old address has to be known first.
class DynamoDbUserStore final : public UserStore {
 public:
  /// The references must outlive the store; `ids` makes the tokens that tell writes apart.
  DynamoDbUserStore(Client& client, std::string table, std::string claims_table, Ids& ids);

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
  /// What creates the user together with the claim on its address.
  Transaction creation(const User& user);

  /// Applies a patch that changes the address, to the user as it was read last.
  Result<User> change_address(User user, const UserPatch& patch, const VersionCondition& condition,
                              Instant now);

  Client& client_;
  std::string table_;
  std::string claims_table_;
  Ids& ids_;
};

}  // namespace users::dynamodb
