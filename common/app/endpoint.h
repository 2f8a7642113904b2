#pragma once

#include <string_view>

#include "app/services.h"
#include "http/message.h"
#include "http/route.h"
#include "support/log.h"
#include "support/result.h"

namespace users {

/// What a function does with a request that is its own: a plain function, so that a test can call it.
using Handler = Result<http::Response> (*)(const http::Request&, Services&);

/// One of the API's endpoints.
struct Endpoint {
  http::Route route;
  Handler handler = nullptr;
};

/// Answers any request: with the handler's response, or with the problem, whose cause is logged; in either
/// case with the headers that every reply carries. The log's lines carry the caller's hash from here on.
http::Response answer(const Endpoint& endpoint, const http::Request& request, Services& services,
                      std::string_view allowed_origin, Log& log);

}  // namespace users
