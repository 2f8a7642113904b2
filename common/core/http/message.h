#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/http/headers.h"

namespace serverless::http {

/// A request as a handler sees it. Only `path` and `resource` depend on the kind of gateway that delivered
/// it.
struct Request {
  std::string method;
  /// The path that the client requested, with stage and base path, without the query. An HTTP API
  /// percent-decodes it; other gateways do not. encoded_path() and percent_decoded() accept both forms.
  std::string path;
  /// The gateway's path template, such as "/orders/{orderId}"; empty when it has none.
  std::string resource;
  Headers headers;
  /// Query parameters in the order of the request, percent-decoded.
  std::vector<std::pair<std::string, std::string>> query;
  /// Percent-decoded, by the gateway, the decoder of its events, or match().
  std::map<std::string, std::string> path_parameters;
  /// Decoded bytes; also empty when there is no body.
  std::string body;
  /// The gateway's id of this request or, without one, the invocation's, in visible ASCII: the X-Request-Id
  /// of the response.
  std::string id;
  /// The authenticated caller: an opaque text, different for each caller; empty without authentication.
  std::string caller;
};

/// A response as a handler returns it. The application adds the headers of every response
/// (http/standard_headers.h).
struct Response {
  int status = 200;
  Headers headers;
  /// UTF-8; empty when there is no body.
  std::string body;
};

}  // namespace serverless::http
