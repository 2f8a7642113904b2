#include "users/user.h"

#include <algorithm>

namespace users {

std::optional<UserId> UserId::parse(std::string_view text) {
  auto uuid = canonical_uuid(text);
  if (!uuid) return std::nullopt;
  return UserId(*std::move(uuid));
}

User patched(User user, const UserPatch& patch, Instant now) {
  if (patch.name) user.name = *patch.name;
  if (patch.email) user.email = *patch.email;
  if (patch.age) user.age = *patch.age;
  user.updated_at = now;
  ++user.version;
  return user;
}

bool VersionCondition::allows(std::int64_t version) const {
  return !any_of || std::find(any_of->begin(), any_of->end(), version) != any_of->end();
}

}  // namespace users
