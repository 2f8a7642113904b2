#include "support/ids.h"

#include <uuid/uuid.h>

namespace users {
namespace {

std::string unparse_lower(const uuid_t& uuid) {
  char text[UUID_STR_LEN];
  uuid_unparse_lower(uuid, text);
  return text;
}

}  // namespace

std::string RandomIds::new_uuid() {
  uuid_t uuid;
  uuid_generate_random(uuid);
  return unparse_lower(uuid);
}

std::optional<std::string> canonical_uuid(std::string_view text) {
  uuid_t uuid;
  if (text.size() != UUID_STR_LEN - 1 || uuid_parse_range(text.data(), text.data() + text.size(), uuid) != 0)
    return std::nullopt;
  return unparse_lower(uuid);
}

}  // namespace users
