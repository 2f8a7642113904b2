#pragma once

#include <cstddef>
#include <string_view>

#include "http/message.h"
#include "support/result.h"

namespace users::http {

/// The most bytes that a body may have, decoded.
constexpr std::size_t max_body_bytes = std::size_t{16} * 1024;

/// The body of a request that must carry JSON, not parsed yet: payload_too_large when it is,
/// malformed_json when there is none, unsupported_media_type when it is of another type. The view lives as
/// long as the request.
Result<std::string_view> json_body(const Request& request);

}  // namespace users::http
