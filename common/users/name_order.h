#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "users/user.h"

/// The order of users by name.
namespace users {

/// Returns the form in which names are compared: with A to Z in lower case, and Latin letters without
/// accents, whether composed or with combining marks (Latin-1, Latin Extended-A, -B and Additional). `name`
/// must be well-formed UTF-8. When a name begins with a prefix, its folded form begins with the folded
/// prefix.
std::string folded_name(std::string_view name);

/// A position in the order by folded name and then user id.
struct NamePosition {
  std::string folded_name;
  UserId id;

  bool operator==(const NamePosition&) const = default;
};

/// Returns the position of the user with this id and name.
NamePosition name_position(const UserId& id, std::string_view name);

/// Returns the position as text: the folded name, the separator U+001F, which no name contains, and the user
/// id. The order of these texts by bytes is the order of the positions.
std::string name_key(const NamePosition& position);

/// Parses the output of name_key(). Returns nothing for any other text.
std::optional<NamePosition> parse_name_key(std::string_view text);

}  // namespace users
