#include "http/idempotency_key.h"

namespace users::http {

Result<std::optional<std::string>> idempotency_key(const Request& request) {
  const auto key = request.headers.get("Idempotency-Key");
  if (!key) return std::nullopt;
  if (key->empty() || key->size() > max_idempotency_key || !is_visible_ascii(*key)) {
    return failure(
        Problem::invalid("Idempotency-Key", "invalid_format", "must be 1 to 64 visible ASCII characters"));
  }
  return std::string(*key);
}

}  // namespace users::http
