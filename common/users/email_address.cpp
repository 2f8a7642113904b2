#include "users/email_address.h"

#include "core/support/ascii.h"

namespace users {
namespace {

constexpr std::size_t max_address = 254;
constexpr std::size_t max_local_part = 64;
constexpr std::size_t max_label = 63;

using serverless::is_letter_or_digit;

/// atext of RFC 5322, section 3.2.3.
bool is_atext(char c) {
  constexpr std::string_view specials = "!#$%&'*+-/=?^_`{|}~";
  return is_letter_or_digit(c) || specials.find(c) != std::string_view::npos;
}

bool is_atom(std::string_view text) {
  for (const char c : text)
    if (!is_atext(c)) return false;
  return !text.empty();
}

bool is_label(std::string_view text) {
  if (text.empty() || text.size() > max_label || text.front() == '-' || text.back() == '-') return false;
  for (const char c : text)
    if (!is_letter_or_digit(c) && c != '-') return false;
  return true;
}

/// Returns the number of parts that the dots in `text` separate; 0 when one of them is not a `part`.
template <typename Predicate>
int count_dotted(std::string_view text, Predicate part) {
  for (int count = 1;; ++count) {
    const auto dot = text.find('.');
    if (!part(text.substr(0, dot))) return 0;
    if (dot == std::string_view::npos) return count;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

bool is_email_address(std::string_view text) {
  const auto at = text.find('@');
  if (text.size() > max_address || at == std::string_view::npos || at > max_local_part) return false;
  return count_dotted(text.substr(0, at), is_atom) >= 1 && count_dotted(text.substr(at + 1), is_label) >= 2;
}

Checked<std::string> checked_email_address(std::string_view text) {
  if (is_email_address(text)) return std::string(text);
  return tl::unexpected(FieldFault{"invalid_format", "must be a valid email address"});
}

std::string folded_email(std::string_view address) {
  return serverless::ascii_lower_case(address);
}

}  // namespace users
