#pragma once

#include <string>
#include <utility>
#include <vector>

namespace users::local_api {

/// Header fields in the order and the letter case in which they came; a name may be there more than once.
using Fields = std::vector<std::pair<std::string, std::string>>;

/// A request as it came over the wire; nothing is decoded or checked.
struct HttpRequest {
  std::string method;
  /// Path and query.
  std::string target;
  Fields headers;
  std::string body;
  std::string client_address;
};

struct HttpReply {
  int status = 200;
  Fields headers = {};
  std::string body = {};
};

}  // namespace users::local_api
