#pragma once

#include <string>
#include <string_view>

namespace serverless {

/// Returns A to Z in lower case, and any other byte as it is, whatever the locale.
constexpr char ascii_lower_case(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The same for each byte of a text.
inline std::string ascii_lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = ascii_lower_case(c);
  return lower;
}

}  // namespace serverless
