#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/clock.h"
#include "support/ids.h"

namespace users {

/// A user's identifier: a UUID in lower-case text form.
class UserId {
 public:
  /// Takes a UUID in its text form in either case (RFC 9562); nothing for any other text.
  static std::optional<UserId> parse(std::string_view text);
  static UserId make(Ids& ids) { return UserId(ids.new_uuid()); }

  const std::string& text() const { return text_; }

  auto operator<=>(const UserId&) const = default;  // NOLINT(modernize-use-nullptr): not a null

 private:
  explicit UserId(std::string text) : text_(std::move(text)) {}

  std::string text_;
};

/// A user as it is stored and shown.
struct User {
  UserId id;
  std::string name;
  std::string email;
  std::optional<int> age;
  Instant created_at;
  Instant updated_at;
  /// 1 at creation, one more at each change.
  std::int64_t version;

  bool operator==(const User&) const = default;
};

/// What a client gives to make a user; valid by construction (users/validation.h).
struct NewUser {
  std::string name;
  std::string email;
  std::optional<int> age;

  bool operator==(const NewUser&) const = default;
};

/// What a client changes of a user (JSON Merge Patch, RFC 7396); valid by construction. What is absent stays.
struct UserPatch {
  std::optional<std::string> name = {};
  std::optional<std::string> email = {};
  /// Outside: whether the age changes. Inside: to what; nothing removes it.
  std::optional<std::optional<int>> age = {};

  bool operator==(const UserPatch&) const = default;
};

/// The user once the patch is applied, at `now`: one version on.
User patched(User user, const UserPatch& patch, Instant now);

/// The versions that a change may start from. Without a list, any; with an empty list, none.
struct VersionCondition {
  std::optional<std::vector<std::int64_t>> any_of;

  bool allows(std::int64_t version) const;
};

}  // namespace users
