#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "users/name_order.h"
#include "users/user.h"

namespace users {

/// The token that leads a client from one page of a listing to the next: base64url over a format version, the
/// listing that it belongs to, the position and a CRC-32, which finds tokens that were cut short or altered.
/// It is no secret and grants nothing: whoever has one could have listed to that point as well.
///
/// This one is of the listing of all users.
std::string to_page_token(const UserId& after);

/// The position in a token that to_page_token made; nothing for any other text.
std::optional<UserId> from_page_token(std::string_view token);

/// The same for the listing of users whose folded name begins with `prefix`, which `after` does.
std::string to_name_page_token(std::string_view prefix, const NamePosition& after);
std::optional<NamePosition> from_name_page_token(std::string_view prefix, std::string_view token);

}  // namespace users
