#pragma once

#include <string>
#include <utility>
#include <vector>

namespace serverless::local_api {

/// Header fields in their original order and letter case; a name may occur more than once.
using Fields = std::vector<std::pair<std::string, std::string>>;

/// A request as the client sent it, neither decoded nor checked.
struct HttpRequest {
  std::string method;
  /// Path and query.
  std::string target;
  Fields headers;
  std::string body;
  std::string client_address;
};

struct HttpResponse {
  int status = 200;
  Fields headers = {};
  std::string body = {};
};

}  // namespace serverless::local_api
