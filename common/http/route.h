#pragma once

#include <string_view>

#include "http/message.h"
#include "support/result.h"

namespace users::http {

/// What one function answers: a method and a path such as "/users/{userId}".
struct Route {
  std::string_view method;
  std::string_view path;
};

/// The request with its path parameters filled in; route_not_found or method_not_allowed when it reached a
/// function that is not there for it. The path counts from its end, as stages and base paths stand before it.
Result<Request> match(const Route& route, Request request);

}  // namespace users::http
