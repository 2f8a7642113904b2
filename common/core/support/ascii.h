#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

/// ASCII characters, regardless of the locale.
namespace serverless {

/// Returns A to Z in lower case, and any other byte unchanged.
constexpr char ascii_lower_case(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

constexpr bool is_hexadecimal_digit(char c) {
  const char lower = ascii_lower_case(c);
  return is_digit(c) || (lower >= 'a' && lower <= 'f');
}

constexpr bool is_letter_or_digit(char c) {
  const char lower = ascii_lower_case(c);
  return is_digit(c) || (lower >= 'a' && lower <= 'z');
}

/// Converts each byte of a text by ascii_lower_case().
inline std::string ascii_lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = ascii_lower_case(c);
  return lower;
}

/// Returns whether two texts are equal when A to Z count as a to z.
inline bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](char x, char y) { return x == y || ascii_lower_case(x) == ascii_lower_case(y); });
}

/// Returns whether `text` is like `shape`, in which each 0 stands for a character that `is_expected_digit`
/// accepts, such as is_digit().
template <bool (*is_expected_digit)(char)>
constexpr bool has_shape(std::string_view text, std::string_view shape) {
  if (text.size() != shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool fits = shape[i] == '0' ? is_expected_digit(text[i]) : text[i] == shape[i];
    if (!fits) return false;
  }
  return true;
}

}  // namespace serverless
