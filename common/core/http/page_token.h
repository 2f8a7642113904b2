#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace serverless::http {

/// Returns the token with which a client requests the next page of a listing: the base64url encoding of a
/// format version, the name of the listing, the position in it, and a CRC-32. A token is not a secret and
/// grants no access: any caller who may list can reach the same position. `listing` must not contain a colon.
std::string page_token(std::string_view listing, std::string_view position);

/// Returns the position in a token that page_token() returned for the same listing. Returns nothing for any
/// other text: one that was altered or cut short, or that belongs to another listing.
std::optional<std::string> position_in_page_token(std::string_view listing, std::string_view token);

}  // namespace serverless::http
