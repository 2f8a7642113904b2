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
  if (!has_shape<is_hexadecimal_digit>(text, "00000000-0000-0000-0000-000000000000")) return std::nullopt;
  return ascii_lower_case(text);
}

}  // namespace serverless
