#include "users/name_order.h"

#include "core/support/utf8.h"
#include "users/name.h"

namespace users {
namespace {

using serverless::decode_code_point;

/// The base letter of each code point from `first` on: the first letter of its canonical decomposition
/// (UnicodeData.txt) or, for letters with a stroke, which have none, the letter without it. A dot means that
/// there is no base letter.
struct Letters {
  char32_t first;
  std::string_view letters;

  char of(char32_t c) const { return c >= first && c - first < letters.size() ? letters[c - first] : '.'; }
};

/// Latin-1 Supplement, Latin Extended-A, Latin Extended-B.
constexpr Letters latin{0x00C0,
                        "aaaaaa.ceeeeiiii.nooooo.ouuuuy..aaaaaa.ceeeeiiii.nooooo.ouuuuy.y"
                        "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkk.llllll."
                        ".llnnnnnn...oooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzz."
                        "................................oo.............uu..............."
                        ".............aaiioouuuuuuuuuu.aaaa....ggkkoooo..j...gg..nnaa...."
                        "aaaaeeeeiiiioooorrrruuuusstt..hh......aaeeooooooooyy............"
                        "................"};

constexpr Letters latin_extended_additional{
    0x1E00,
    "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
    "mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
    "wwwwwwwwwwxxxxyyzzzzzzhtwy......aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
    "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......"};

/// UTF-8 encodes a code point in up to four bytes, and folding adds no bytes.
constexpr std::size_t max_folded_name = 4 * max_name_code_points;
constexpr char separator = '\x1f';

/// Returns the base letter of `c`, from a to z, or a dot when it has none.
char letter_of(char32_t c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  if (c >= 'a' && c <= 'z') return static_cast<char>(c);
  const char letter = latin.of(c);
  return letter != '.' ? letter : latin_extended_additional.of(c);
}

bool is_combining_mark(char32_t c) {
  return c >= 0x0300 && c <= 0x036F;
}

}  // namespace

std::string folded_name(std::string_view name) {
  std::string folded;
  folded.reserve(name.size());
  bool after_letter = false;
  while (const auto next = decode_code_point(name)) {
    const char letter = letter_of(next->code_point);
    if (letter != '.') {
      folded.push_back(letter);
      after_letter = true;
    } else if (!after_letter || !is_combining_mark(next->code_point)) {
      folded.append(name.substr(0, next->length));
      after_letter = false;
    }
    name.remove_prefix(next->length);
  }
  return folded;
}

NamePosition name_position(const UserId& id, std::string_view name) {
  return {.folded_name = folded_name(name), .id = id};
}

std::string name_key(const NamePosition& position) {
  return position.folded_name + separator + position.id.text();
}

std::optional<NamePosition> parse_name_key(std::string_view text) {
  const auto end = text.find(separator);
  if (end == 0 || end == std::string_view::npos || end > max_folded_name ||
      !serverless::is_utf8(text.substr(0, end)))
    return std::nullopt;
  auto id = UserId::parse(text.substr(end + 1));
  if (!id || id->text() != text.substr(end + 1)) return std::nullopt;
  return NamePosition{.folded_name = std::string(text.substr(0, end)), .id = *std::move(id)};
}

}  // namespace users
