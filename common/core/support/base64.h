#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace serverless {

/// Encodes and decodes padded base64 (RFC 4648, section 4). Decoding returns nothing unless the text is in
/// canonical form.
std::string base64_encode(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);

/// Encodes and decodes base64url without padding (RFC 4648, section 5). Decoding returns nothing unless the
/// text is in canonical form, so that each value has exactly one encoding.
std::string base64url_encode(std::string_view bytes);
std::optional<std::string> base64url_decode(std::string_view text);

}  // namespace serverless
