#include "app/endpoint.h"

#include "http/problem_response.h"
#include "http/standard_headers.h"
#include "support/sha256.h"

namespace users {
namespace {

/// The request with its caller proved, where that is asked for.
Result<http::Request> authenticated(http::Request request, std::string_view scope,
                                    auth::Authenticator* authenticator) {
  if (authenticator == nullptr) return request;
  return authenticator->caller_of(request, scope).map([&](std::string caller) {
    request.caller = std::move(caller);
    return std::move(request);
  });
}

LogLevel level_of(Problem::Kind kind) {
  switch (kind) {
    case Problem::Kind::internal:
      return LogLevel::error;
    case Problem::Kind::unauthenticated:
      return LogLevel::info;  // a client's fault, of which it is not told the reason
    default:
      return LogLevel::warn;
  }
}

}  // namespace

http::Response answer(const Endpoint& endpoint, const http::Request& request, Services& services,
                      auth::Authenticator* authenticator, std::string_view allowed_origin, Log& log) {
  const auto result = http::match(endpoint.route, request)
                          .and_then([&](http::Request matched) {
                            return authenticated(std::move(matched), endpoint.scope, authenticator);
                          })
                          .and_then([&](const http::Request& own) {
                            if (!own.caller.empty()) log.set_caller(hex(sha256(own.caller)));
                            return endpoint.handler(own, services);
                          });
  if (!result && !result.error().cause.empty()) {
    log.write(level_of(result.error().kind), "request failed",
              {{"apiRequestId", request.id}, {"cause", result.error().cause}});
  }
  http::Response response = result ? *result : http::problem_response(result.error(), request);
  http::add_standard_headers(response, request.id, allowed_origin);
  return response;
}

}  // namespace users
