#include "tests/support/in_memory_user_store.h"

namespace users::testing {

Result<User> InMemoryUserStore::create(const User& user) {
  if (!users_.emplace(user.id, user).second)
    return failure(Problem::conflict("There is such a user already."));
  return user;
}

Result<User> InMemoryUserStore::get(const UserId& id) {
  return find(id, {}).map([](const User* user) { return *user; });
}

Result<User> InMemoryUserStore::update(const UserId& id, const UserPatch& patch,
                                       const VersionCondition& condition, Instant now) {
  return find(id, condition).map([&](User* user) {
    if (patch.name) user->name = *patch.name;
    if (patch.email) user->email = *patch.email;
    if (patch.age) user->age = *patch.age;
    user->updated_at = now;
    ++user->version;
    return *user;
  });
}

Result<User> InMemoryUserStore::remove(const UserId& id, const VersionCondition& condition) {
  return find(id, condition).map([&](const User* user) {
    User last = *user;
    users_.erase(id);
    return last;
  });
}

Result<UserPage> InMemoryUserStore::list(int page_size, const std::optional<UserId>& after) {
  UserPage page;
  auto next = after ? users_.upper_bound(*after) : users_.begin();
  for (; next != users_.end() && static_cast<int>(page.users.size()) < page_size; ++next)
    page.users.push_back(next->second);
  if (next != users_.end()) page.next_after = page.users.back().id;
  return page;
}

Result<User*> InMemoryUserStore::find(const UserId& id, const VersionCondition& condition) {
  const auto found = users_.find(id);
  if (found == users_.end()) return failure(Problem::user_not_found(id.text()));
  if (!condition.allows(found->second.version)) return failure(Problem::precondition_failed());
  return &found->second;
}

}  // namespace users::testing
