#pragma once

#include <algorithm>
#include <string_view>

#include "core/support/ascii.h"

/// The parts of a header line (RFC 9110, section 5), in requests and in responses.
namespace serverless::net {

/// Returns whether the text is a token, and so may be the name of a header (section 5.6.2).
inline bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_letter_or_digit(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

/// Returns whether the text is a single line without control characters other than the tab (section 5.5).
/// Bytes that are not ASCII are allowed.
inline bool is_field_value(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F); });
}

}  // namespace serverless::net
