#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace users {

/// One code point at the start of a text, and how many bytes it took.
struct DecodedCodePoint {
  char32_t code_point;
  std::size_t length;
};

/// The first code point of `text`; nothing where `text` is empty or does not begin with well-formed UTF-8
/// (RFC 3629: no overlong forms, no surrogates, nothing over U+10FFFF).
std::optional<DecodedCodePoint> decode_code_point(std::string_view text);

bool is_utf8(std::string_view text);

}  // namespace users
