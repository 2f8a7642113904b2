#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace serverless::http {

/// Makes the token that leads a client to the next page of a listing: base64url of a format version, the name
/// of the listing, the position in it, and a CRC-32. A token is not a secret and grants no access: its owner
/// could have listed to the same position. `listing` must not contain a colon.
std::string page_token(std::string_view listing, std::string_view position);

/// Returns the position in a token that page_token() made for the same listing. Returns nothing for any other
/// text: one that was altered or cut short, or that belongs to another listing.
std::optional<std::string> position_in_page_token(std::string_view listing, std::string_view token);

}  // namespace serverless::http
