#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "users/user.h"

/// How users are found and ordered by name.
namespace users {

/// The form in which names are compared: A to Z in lower case, and such letters with accents as the letters
/// that they are written with, composed or with combining marks (Latin-1, Latin Extended-A, -B and
/// Additional); all else as it is. `name` must be well-formed UTF-8. What a name begins with, its folded form
/// begins with as well, folded.
std::string folded_name(std::string_view name);

/// A place in the order by folded name and then user id.
struct NamePosition {
  std::string folded_name;
  UserId id;

  bool operator==(const NamePosition&) const = default;
};

NamePosition name_position(const User& user);

/// The place as a text, whose order by bytes is the order of places: the folded name, U+001F, which is in no
/// name and comes before whatever is, and the user id.
std::string name_key(const NamePosition& position);

/// The inverse of name_key; nothing for any other text.
std::optional<NamePosition> parse_name_key(std::string_view text);

}  // namespace users
