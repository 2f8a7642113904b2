#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "users/name_order.h"
#include "users/user.h"

/// The positions in listings of users, as page tokens; see http/page_token.h.
namespace users {

/// Returns the token of the page after this user in the listing of all users.
std::string to_page_token(const UserId& after);

/// Returns the position in a token of to_page_token(), or nothing for any other text.
std::optional<UserId> id_from_page_token(std::string_view token);

/// Returns the token of the page after this position in the listing of users whose folded name begins with
/// `prefix`. The folded name of `after` must begin with `prefix`.
std::string to_page_token(std::string_view prefix, const NamePosition& after);

/// Returns the position in a token of to_page_token() for the same `prefix`, or nothing for any other text.
std::optional<NamePosition> name_position_from_page_token(std::string_view prefix, std::string_view token);

}  // namespace users
