#pragma once

#include <string_view>

#include "http/message.h"

namespace users::http {

/// Adds what every reply carries: the request's id, no caching, no sniffing, and CORS for the one allowed
/// origin, which may be `*` (https://fetch.spec.whatwg.org/#http-responses).
void add_standard_headers(Response& response, std::string_view request_id, std::string_view allowed_origin);

}  // namespace users::http
