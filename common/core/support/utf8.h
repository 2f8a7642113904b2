#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace serverless {

/// One code point, and the number of bytes that encode it.
struct DecodedCodePoint {
  char32_t code_point;
  std::size_t length;
};

/// Returns the first code point of `text`, or nothing when `text` is empty or does not begin with well-formed
/// UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
std::optional<DecodedCodePoint> decode_code_point(std::string_view text);

/// Returns the last code point of `text`, or nothing when `text` is empty or does not end with well-formed
/// UTF-8.
std::optional<DecodedCodePoint> decode_last_code_point(std::string_view text);

/// Returns the number of code points in `text`, which must be well-formed UTF-8.
std::size_t count_code_points(std::string_view text);

/// Returns whether all of `text` is well-formed UTF-8.
bool is_utf8(std::string_view text);

}  // namespace serverless
