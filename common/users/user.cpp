#include "users/user.h"

namespace users {

std::optional<UserId> UserId::parse(std::string_view text) {
  auto uuid = serverless::canonical_uuid(text);
  if (!uuid) return std::nullopt;
  return UserId(*std::move(uuid));
}

}  // namespace users
