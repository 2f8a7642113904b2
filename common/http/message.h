#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "http/headers.h"

namespace users::http {

/// A request as a handler sees it, whatever gateway it came through.
struct Request {
  std::string method;
  /// The path as the client sent it, stage and base path included, without the query. An HTTP API decodes it,
  /// all else leaves it percent-encoded.
  std::string path;
  /// The gateway's own name for the path, such as "/users/{userId}"; empty where it has none.
  std::string resource;
  Headers headers;
  /// Query parameters in the order of the request, decoded.
  std::vector<std::pair<std::string, std::string>> query;
  /// Decoded; by the gateway, or by match() where it leaves that out.
  std::map<std::string, std::string> path_parameters;
  /// Decoded bytes; empty also when there is no body.
  std::string body;
  /// The gateway's id of this request, in visible ASCII: what the client gets as X-Request-Id.
  std::string id;
  /// Who calls, once that is proved; an opaque text that differs from caller to caller. Empty without proof.
  std::string caller;
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
};

}  // namespace users::http
