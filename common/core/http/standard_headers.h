#pragma once

#include <string_view>

#include "core/http/message.h"

namespace serverless::http {

/// Adds the headers of every response: the request's id, no caching, no content sniffing, and CORS for the
/// one allowed origin, which may be `*` (https://fetch.spec.whatwg.org/#http-responses).
void add_standard_headers(Response& response, std::string_view request_id, std::string_view allowed_origin);

}  // namespace serverless::http
