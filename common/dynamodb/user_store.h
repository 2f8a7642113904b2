#pragma once

#include <string>

#include "dynamodb/client.h"
#include "support/ids.h"
#include "users/user_store.h"

namespace users::dynamodb {

/// The users in a DynamoDB table whose key is `userId`: one operation for each call, conditions decided by
/// DynamoDB.
class DynamoDbUserStore final : public UserStore {
 public:
  /// The references must outlive the store; `ids` makes the tokens that tell writes apart.
  DynamoDbUserStore(Client& client, std::string table, Ids& ids);

  Result<User> create(const User& user) override;
  Result<User> get(const UserId& id) override;
  Result<User> update(const UserId& id, const UserPatch& patch, const VersionCondition& condition,
                      Instant now) override;
  Result<User> remove(const UserId& id, const VersionCondition& condition) override;
  Result<UserPage> list(int page_size, const std::optional<UserId>& after) override;

 private:
  Client& client_;
  std::string table_;
  Ids& ids_;
};

}  // namespace users::dynamodb
