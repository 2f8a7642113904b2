#include "core/http/standard_headers.h"

namespace serverless::http {

void add_standard_headers(Response& response, std::string_view request_id, std::string_view allowed_origin) {
  Headers& headers = response.headers;
  headers.set("X-Request-Id", request_id);
  headers.set("Cache-Control", "no-store");
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("Access-Control-Allow-Origin", allowed_origin);
  headers.set("Access-Control-Expose-Headers",
              "ETag, Location, X-Request-Id, Idempotency-Replayed, Retry-After");
  if (allowed_origin != "*") headers.set("Vary", "Origin");
}

}  // namespace serverless::http
