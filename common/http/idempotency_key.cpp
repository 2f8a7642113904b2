#include "http/idempotency_key.h"

#include <algorithm>

namespace users::http {

Result<std::optional<std::string>> idempotency_key(const Request& request) {
  const auto key = request.headers.get("Idempotency-Key");
  if (!key) return std::nullopt;
  const auto is_visible = [](char c) { return c > 0x20 && c < 0x7F; };
  if (key->empty() || key->size() > max_idempotency_key ||
      !std::all_of(key->begin(), key->end(), is_visible)) {
    return failure(
        Problem::invalid("Idempotency-Key", "invalid_format", "must be 1 to 64 visible ASCII characters"));
  }
  return std::string(*key);
}

}  // namespace users::http
