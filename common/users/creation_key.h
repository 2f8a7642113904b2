#pragma once

#include <string>
#include <string_view>

#include "users/user.h"

namespace users {

/// What makes a creation happen once, however often and by however many at once it is asked for.
struct CreationKey {
  /// Tells it from all others: the same for one caller and one key.
  std::string digest;
  /// What is to be created: the same for equal values.
  std::string fingerprint;
  /// When it may be forgotten.
  Instant expires_at;

  bool operator==(const CreationKey&) const = default;
};

/// The key that a caller has chosen, for a user to be made `now`; good for a day, and an hour more, as clocks
/// differ. Neither caller nor key nor the user's values can be read from it.
CreationKey creation_key(std::string_view caller, std::string_view key, const NewUser& user, Instant now);

}  // namespace users
