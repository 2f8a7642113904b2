#pragma once

#include <cstddef>
#include <string_view>

#include "core/http/message.h"
#include "core/json/json.h"
#include "core/support/result.h"

namespace serverless::http {

/// The maximum size of a body, in decoded bytes.
constexpr std::size_t max_body_bytes = std::size_t{16} * 1024;

/// Returns the body of a request that must carry JSON, unparsed; valid as long as the request. Fails with
/// payload_too_large, with Problem::invalid (malformed_json) when there is no body, and with
/// unsupported_media_type unless the Content-Type is application/json, application/*+json or absent.
Result<std::string_view> json_body(const Request& request);

/// Parses a body that must be a JSON object, nested up to 16 levels deep and without duplicate members. Fails
/// with Problem::invalid (malformed_json).
Result<json::Document> parse_json_object(std::string_view body);

}  // namespace serverless::http
