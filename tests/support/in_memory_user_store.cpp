#include "tests/support/in_memory_user_store.h"

#include <algorithm>

#include "users/email_address.h"

namespace users::testing {

Result<User> InMemoryUserStore::create(const User& user) {
  if (users_.contains(user.id)) return failure(Problem::conflict("There is such a user already."));
  if (is_taken(user.email, user.id)) return failure(Problem::email_taken());
  users_.emplace(user.id, user);
  return user;
}

Result<Creation> InMemoryUserStore::create_once(const User& user, const CreationKey& key) {
  const auto found = made_.find(key.digest);
  if (found != made_.end() && found->second.key.expires_at > user.created_at) {
    if (found->second.key.fingerprint != key.fingerprint) return failure(Problem::key_reused());
    const auto first = users_.find(found->second.user);
    if (first == users_.end()) return failure(Problem::user_gone());
    return Creation{.user = first->second, .replayed = true};
  }
  return create(user).map([&](const User& made) {
    made_.insert_or_assign(key.digest, Made{.key = key, .user = made.id});
    return Creation{.user = made};
  });
}

Result<User> InMemoryUserStore::get(const UserId& id) {
  return find(id, {}).map([](const User* user) { return *user; });
}

Result<User> InMemoryUserStore::update(const UserId& id, const UserPatch& patch,
                                       const VersionCondition& condition, Instant now) {
  return find(id, condition).and_then([&](User* user) -> Result<User> {
    if (patch.email && is_taken(*patch.email, id)) return failure(Problem::email_taken());
    *user = patched(*user, patch, now);
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

Result<std::optional<User>> InMemoryUserStore::find_by_email(std::string_view email) {
  for (const auto& [id, user] : users_)
    if (folded_email(user.email) == folded_email(email)) return user;
  return std::nullopt;
}

Result<NamePage> InMemoryUserStore::list_by_name(std::string_view prefix, int page_size,
                                                 const std::optional<NamePosition>& after) {
  std::map<std::string, const User*> in_order;
  for (const auto& [id, user] : users_)
    if (folded_name(user.name).starts_with(prefix)) in_order.emplace(name_key(name_position(user)), &user);
  NamePage page;
  auto next = after ? in_order.upper_bound(name_key(*after)) : in_order.begin();
  for (; next != in_order.end() && static_cast<int>(page.users.size()) < page_size; ++next)
    page.users.push_back(*next->second);
  if (next != in_order.end()) page.next_after = name_position(page.users.back());
  return page;
}

bool InMemoryUserStore::is_taken(std::string_view email, const UserId& by_others_than) const {
  return std::any_of(users_.begin(), users_.end(), [&](const auto& entry) {
    return entry.first != by_others_than && folded_email(entry.second.email) == folded_email(email);
  });
}

Result<User*> InMemoryUserStore::find(const UserId& id, const VersionCondition& condition) {
  const auto found = users_.find(id);
  if (found == users_.end()) return failure(Problem::user_not_found(id.text()));
  if (!condition.allows(found->second.version)) return failure(Problem::precondition_failed());
  return &found->second;
}

}  // namespace users::testing
