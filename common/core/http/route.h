#pragma once

#include <string_view>

#include "core/http/message.h"
#include "core/support/result.h"

namespace serverless::http {

/// The method and the path of an endpoint; the path may have parameters: "/orders/{orderId}".
struct Route {
  std::string_view method;
  std::string_view path;
};

/// Checks that the request is for this route, and sets its path parameters unless the gateway has done so.
/// Fails with not_found or method_not_allowed. Compares paths from the end, because stage and base path
/// precede the route, and after percent-decoding (RFC 3986, section 6.2.2.2).
Result<void> match(const Route& route, Request& request);

}  // namespace serverless::http
