#pragma once

#include <string>
#include <string_view>

namespace serverless::testing {

/// Returns the code point in UTF-8. Encodes surrogates too, although the result is not valid UTF-8.
inline std::string utf8(char32_t c) {
  const auto trail = [c](int shift) { return static_cast<char>(0x80U | (c >> shift & 0x3FU)); };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xC0U | c >> 6U), trail(0)};
  if (c < 0x10000) return {static_cast<char>(0xE0U | c >> 12U), trail(6), trail(0)};
  return {static_cast<char>(0xF0U | c >> 18U), trail(12), trail(6), trail(0)};
}

/// Returns `count` copies of `text`.
inline std::string times(std::size_t count, std::string_view text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

}  // namespace serverless::testing
