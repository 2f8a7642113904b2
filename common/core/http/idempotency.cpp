#include "core/http/idempotency.h"

#include <fmt/format.h>

#include "core/support/sha256.h"

namespace serverless::http {
namespace {

constexpr std::chrono::hours lifetime{25};

}  // namespace

Result<std::optional<std::string>> idempotency_key(const Request& request) {
  const auto key = request.headers.get("Idempotency-Key");
  if (!key) return std::nullopt;
  if (key->empty() || key->size() > max_idempotency_key || !is_visible_ascii(*key)) {
    return failure(
        Problem::invalid("Idempotency-Key", "invalid_format",
                         fmt::format("must be 1 to {} visible ASCII characters", max_idempotency_key)));
  }
  return std::string(*key);
}

IdempotencyRecord idempotency_record(std::string_view caller, std::string_view key, std::string_view values,
                                     Instant now) {
  return {.digest = to_hex(sha256(fmt::format("{}{}{}", caller, fingerprint_separator, key))),
          .fingerprint = to_hex(sha256(values)),
          .requested_at = now,
          .expires_at = now + lifetime};
}

}  // namespace serverless::http
