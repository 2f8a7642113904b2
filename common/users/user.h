#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "users/email_address.h"
#include "users/imports.h"
#include "users/name.h"

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

/// The fields of a user that a client sets.
struct UserValues {
  std::string name;
  std::string email;
  std::optional<int> age = {};

  /// Declares each field, in the order in which the API shows them; see core/support/fields.h. Add a new
  /// field at the end.
  static constexpr auto fields() {
    return std::tuple(Field("name", &UserValues::name, trimmed_name),
                      Field("email", &UserValues::email, checked_email_address),
                      Field("age", &UserValues::age, integer_from<1, 150>));
  }

  bool operator==(const UserValues&) const = default;
};

/// The changes that a client makes to a user (JSON Merge Patch, RFC 7396).
using UserPatch = serverless::Patch<UserValues>;

/// A user, with the fields that the server sets.
struct User {
  UserId id;
  UserValues values;
  Instant created_at;
  Instant updated_at;
  /// 1 at creation; each change increases it by one.
  std::int64_t version = 1;

  bool operator==(const User&) const = default;
};

/// Returns a canonical text of the values, for the fingerprint of an idempotency record.
std::string fingerprint_values(const UserValues& values);

}  // namespace users
