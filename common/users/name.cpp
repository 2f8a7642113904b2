#include "users/name.h"

#include "core/support/utf8.h"

namespace users {
namespace {

using serverless::decode_code_point;

bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

/// Returns whether `c` has the White_Space property of Unicode (PropList.txt). The caller has already refused
/// control characters.
bool is_white_space(char32_t c) {
  return c == 0x20 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

}  // namespace

Checked<std::string> trimmed_name(std::string_view text) {
  std::size_t position = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t code_points = 0;          // from begin to position
  std::size_t trimmed_code_points = 0;  // from begin to end
  while (const auto next = decode_code_point(text.substr(position))) {
    if (is_control(next->code_point)) return tl::unexpected<FieldFault>(name_with_control_character);
    position += next->length;
    if (!is_white_space(next->code_point)) {
      end = position;
      trimmed_code_points = ++code_points;
    } else if (code_points > 0) {
      ++code_points;
    } else {
      begin = end = position;
    }
  }
  if (trimmed_code_points == 0) return tl::unexpected<FieldFault>(name_too_short);
  if (trimmed_code_points > max_name_code_points) return tl::unexpected<FieldFault>(name_too_long);
  return std::string(text.substr(begin, end - begin));
}

std::optional<FieldFault> fault_of_name_prefix(std::string_view text) {
  std::size_t code_points = 0;
  while (const auto next = decode_code_point(text)) {
    if (is_control(next->code_point)) return name_with_control_character;
    text.remove_prefix(next->length);
    ++code_points;
  }
  if (code_points == 0) return name_too_short;
  if (code_points > max_name_code_points) return name_too_long;
  return std::nullopt;
}

}  // namespace users
