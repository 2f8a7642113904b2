#pragma once

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

}  // namespace serverless
