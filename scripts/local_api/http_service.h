#pragma once

#include <cstddef>
#include <functional>

#include "message.h"

namespace serverless::local_api {

/// Sends the response to a request. Must be called once, immediately or later.
using Respond = std::function<void(HttpResponse)>;

/// The functions that a server calls for the requests that it receives. They must not throw.
struct HttpService {
  std::function<void(HttpRequest, Respond)> handle;
  /// Returns the response, with this status, to a request that is malformed (400) or too large: the body
  /// (413), the target (414) or the headers (431).
  std::function<HttpResponse(int status)> reject;
  std::size_t max_body_bytes;
};

}  // namespace serverless::local_api
