#pragma once

#include <string_view>

#include "app/services.h"
#include "auth/authenticator.h"
#include "http/message.h"
#include "http/route.h"
#include "support/log.h"
#include "support/result.h"

namespace users {

/// What a function does with a request that is its own: a plain function, so that a test can call it.
using Handler = Result<http::Response> (*)(const http::Request&, Services&);

/// What a token must grant for a request (RFC 6749, section 3.3).
inline constexpr std::string_view read_scope = "users:read";
inline constexpr std::string_view write_scope = "users:write";

/// One of the API's endpoints.
struct Endpoint {
  http::Route route;
  std::string_view scope;
  Handler handler = nullptr;
};

/// Answers any request: with the handler's response, or with the problem, whose cause is logged; in either
/// case with the headers that every reply carries. Who calls is what the authenticator says, or without one
/// what the gateway did; the log's lines carry it as a hash from there on.
http::Response answer(const Endpoint& endpoint, const http::Request& request, Services& services,
                      auth::Authenticator* authenticator, std::string_view allowed_origin, Log& log);

}  // namespace users
