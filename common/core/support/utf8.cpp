#include "core/support/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace serverless {
namespace {

/// Returns the length of the ASCII prefix. Most texts are ASCII, so it tests eight bytes at a time.
std::size_t leading_ascii(std::string_view text) {
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  std::size_t length = 0;
  for (std::uint64_t eight = 0; text.size() - length >= sizeof eight; length += sizeof eight) {
    std::memcpy(&eight, text.data() + length, sizeof eight);
    if ((eight & high_bits) != 0) break;
  }
  while (length < text.size() && static_cast<unsigned char>(text[length]) < 0x80) ++length;
  return length;
}

/// Returns the number of bytes of the code point that begins with `lead`, which is not ASCII, or 0 when no
/// code point begins with it.
std::size_t sequence_length(unsigned char lead) {
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return 2;
  if (lead < 0xF0) return 3;
  if (lead < 0xF5) return 4;
  return 0;
}

bool begins_code_point(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
}

}  // namespace

std::optional<DecodedCodePoint> decode_code_point(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return DecodedCodePoint{lead, 1};

  const std::size_t length = sequence_length(lead);
  if (length == 0 || text.size() < length) return std::nullopt;
  char32_t code_point = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return std::nullopt;
    code_point = code_point << 6U | (byte(i) & 0x3FU);
  }
  const bool overlong = (length == 3 && code_point < 0x800) || (length == 4 && code_point < 0x10000);
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (overlong || surrogate || code_point > 0x10FFFF) return std::nullopt;
  return DecodedCodePoint{code_point, length};
}

std::optional<DecodedCodePoint> decode_last_code_point(std::string_view text) {
  const auto lead = std::find_if(text.rbegin(), text.rend(), begins_code_point);
  if (lead == text.rend()) return std::nullopt;
  const auto length = static_cast<std::size_t>(lead - text.rbegin()) + 1;
  const auto last = decode_code_point(text.substr(text.size() - length));
  return last && last->length == length ? last : std::nullopt;
}

std::size_t count_code_points(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_code_point));
}

bool is_utf8(std::string_view text) {
  for (;;) {
    text.remove_prefix(leading_ascii(text));
    if (text.empty()) return true;
    const auto next = decode_code_point(text);
    if (!next) return false;
    text.remove_prefix(next->length);
  }
}

}  // namespace serverless
