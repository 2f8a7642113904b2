#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace users {

/// Standard base64 (RFC 4648, section 4), padded. Decoding accepts the canonical form only.
std::string base64_encode(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);

/// base64url without padding (RFC 4648, section 5). Decoding accepts the canonical form only, so that every
/// value has exactly one text.
std::string base64url_encode(std::string_view bytes);
std::optional<std::string> base64url_decode(std::string_view text);

}  // namespace users
