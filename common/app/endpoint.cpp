#include "app/endpoint.h"

#include "http/problem_response.h"
#include "http/standard_headers.h"
#include "support/sha256.h"

namespace users {

http::Response answer(const Endpoint& endpoint, const http::Request& request, Services& services,
                      std::string_view allowed_origin, Log& log) {
  if (!request.caller.empty()) log.set_caller(hex(sha256(request.caller)));
  const auto result = http::match(endpoint.route, request).and_then([&](const http::Request& matched) {
    return endpoint.handler(matched, services);
  });
  if (!result && !result.error().cause.empty()) {
    const auto level = result.error().kind == Problem::Kind::internal ? LogLevel::error : LogLevel::warn;
    log.write(level, "request failed", {{"apiRequestId", request.id}, {"cause", result.error().cause}});
  }
  http::Response response = result ? *result : http::problem_response(result.error(), request);
  http::add_standard_headers(response, request.id, allowed_origin);
  return response;
}

}  // namespace users
