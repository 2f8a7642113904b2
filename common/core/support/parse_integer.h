#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>
#include <system_error>

namespace serverless {

/// Returns the integer in `text`, which must consist of digits, after an optional minus if Number is signed.
/// Returns nothing for any other text and for a number that does not fit.
template <std::integral Number>
std::optional<Number> parse_integer(std::string_view text, int base = 10) {
  Number number = 0;
  const char* text_end = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), text_end, number, base);
  if (error != std::errc() || end != text_end) return std::nullopt;
  return number;
}

}  // namespace serverless
