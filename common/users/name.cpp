#include "users/name.h"

#include <optional>

#include "core/support/utf8.h"

namespace users {
namespace {

using serverless::decode_code_point;
using serverless::decode_last_code_point;
using serverless::DecodedCodePoint;

bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

/// Returns whether `c` has the White_Space property of Unicode (PropList.txt) and is no control character.
bool is_white_space(char32_t c) {
  return c == 0x20 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool contains_control(std::string_view text) {
  while (const auto next = decode_code_point(text)) {
    if (is_control(next->code_point)) return true;
    text.remove_prefix(next->length);
  }
  return false;
}

/// Returns the length of a code point that is white space, and otherwise 0.
std::size_t white_space_length(const std::optional<DecodedCodePoint>& next) {
  return next && is_white_space(next->code_point) ? next->length : 0;
}

std::string_view without_outer_white_space(std::string_view text) {
  while (const auto length = white_space_length(decode_code_point(text))) text.remove_prefix(length);
  while (const auto length = white_space_length(decode_last_code_point(text))) text.remove_suffix(length);
  return text;
}

}  // namespace

Checked<std::string> checked_name(std::string_view text) {
  if (contains_control(text))
    return tl::unexpected(FieldFault{"invalid_format", "must not contain control characters"});
  return text_from<1, max_name_code_points>(text);
}

Checked<std::string> trimmed_name(std::string_view text) {
  return checked_name(without_outer_white_space(text));
}

}  // namespace users
