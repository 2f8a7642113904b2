#include "core/support/ids.h"

#include <uuid/uuid.h>

#include "core/support/ascii.h"

namespace serverless {

std::string RandomIds::new_uuid() {
  uuid_t uuid;
  uuid_generate_random(uuid);
  char text[UUID_STR_LEN];
  uuid_unparse_lower(uuid, text);
  return text;
}

std::optional<std::string> canonical_uuid(std::string_view text) {
  constexpr std::string_view shape = "00000000-0000-0000-0000-000000000000";
  if (text.size() != shape.size()) return std::nullopt;
  std::string canonical(text);
  for (std::size_t i = 0; i < shape.size(); ++i) {
    char& c = canonical[i];
    c = ascii_lower_case(c);
    const bool hexadecimal = is_digit(c) || (c >= 'a' && c <= 'f');
    if (shape[i] == '0' ? !hexadecimal : c != shape[i]) return std::nullopt;
  }
  return canonical;
}

}  // namespace serverless
