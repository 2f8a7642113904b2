#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "users/imports.h"

namespace users {

/// The identifier of a user: a UUID in lower-case text form.
class UserId {
 public:
  /// Parses a UUID in its text form, in either case (RFC 9562). Returns nothing for any other text.
  static std::optional<UserId> parse(std::string_view text);
  static UserId make(Ids& ids) { return UserId(ids.new_uuid()); }

  const std::string& text() const { return text_; }

  bool operator==(const UserId&) const = default;

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
  /// 1 at creation; each change increases it by one.
  std::int64_t version;

  bool operator==(const User&) const = default;
};

/// The values that a client gives to create a user, validated by parse_new_user().
struct NewUser {
  std::string name;
  std::string email;
  std::optional<int> age;

  bool operator==(const NewUser&) const = default;
};

/// The changes that a client makes to a user (JSON Merge Patch, RFC 7396), validated by parse_user_patch().
/// An absent field keeps its value.
struct UserPatch {
  std::optional<std::string> name = {};
  std::optional<std::string> email = {};
  /// The outer optional tells whether the age changes. The inner one is the new age; without a value the age
  /// is removed.
  std::optional<std::optional<int>> age = {};

  bool operator==(const UserPatch&) const = default;
};

}  // namespace users
