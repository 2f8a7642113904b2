#pragma once

#include <optional>
#include <string>

#include "http/message.h"
#include "support/result.h"

namespace users::http {

constexpr std::size_t max_idempotency_key = 64;

/// The Idempotency-Key of a request; nothing without the header. Invalid unless it is 1 to 64 visible ASCII
/// characters. https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
Result<std::optional<std::string>> idempotency_key(const Request& request);

}  // namespace users::http
