#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "core/http/headers.h"

namespace serverless::net {

struct HttpRequest {
  std::string url;
  http::Headers headers = {};
  /// With a body the request is a POST, without a body it is a GET.
  std::optional<std::string_view> body = {};
  /// The time limit of the whole exchange, connecting included; 0 means no limit.
  std::chrono::milliseconds timeout{0};
  /// The maximum size of the response's body in bytes; a longer one is an error. Lambda's events have up to 6
  /// MB and DynamoDB's pages up to 1 MB; in JSON, both take somewhat more.
  std::size_t max_body = 16 << 20;
  /// Whether the client's interrupt descriptor ends the wait for the connection and the response.
  bool interruptible = false;
};

struct HttpResponse {
  int status = 0;
  http::Headers headers;
  std::string body;
};

/// The reason why there is no response.
struct TransportError {
  enum class Kind {
    /// The request was not sent: it has no effect.
    not_sent,
    /// The request was sent and may have taken effect, but no complete response arrived in time.
    response_lost,
    /// The interrupt descriptor became readable before a response began.
    interrupted,
  };
  Kind kind;
  std::string message;
};

/// Sends requests to servers: HttpClient, or a script in a test. A response with any HTTP status is a
/// success.
class Transport {
 public:
  virtual ~Transport() = default;
  /// Sends the request and waits for the response.
  virtual tl::expected<HttpResponse, TransportError> send(const HttpRequest& request) = 0;
};

}  // namespace serverless::net
