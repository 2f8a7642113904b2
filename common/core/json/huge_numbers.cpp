#include "core/json/huge_numbers.h"

#include <algorithm>
#include <cstddef>

#include "core/support/ascii.h"

namespace serverless::json {
namespace {

/// Returns the length of the string at the start of `text`, with its quotes.
std::size_t string_length(std::string_view text) {
  std::size_t end = 1;
  while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
  return std::min(end + 1, text.size());
}

/// Cuts the digits of each part of a number. Spaces at its end keep its length.
std::string shortened(std::string_view number) {
  std::size_t max_digits = 30;
  std::size_t digits = 0;
  std::string shortened;
  for (const char c : number) {
    if (c == 'e' || c == 'E') max_digits = 2;
    digits = is_digit(c) ? digits + 1 : 0;
    if (digits <= max_digits) shortened.push_back(c);
  }
  shortened.resize(number.size(), ' ');
  return shortened;
}

}  // namespace

std::string without_huge_numbers(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    std::size_t length = 1;
    if (is_digit(text.front())) {
      length = std::min(text.find_first_not_of("0123456789.eE+-"), text.size());
      result += shortened(text.substr(0, length));
    } else {
      if (text.front() == '"') length = string_length(text);
      result += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return result;
}

}  // namespace serverless::json
