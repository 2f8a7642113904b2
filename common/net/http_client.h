#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "http/headers.h"

/// The only door to libcurl.
namespace users::net {

struct HttpRequest {
  std::string url;
  http::Headers headers = {};
  /// With a body the request is a POST, without one a GET.
  std::optional<std::string_view> body = {};
  /// For the whole exchange; 0 waits for ever.
  std::chrono::milliseconds timeout{0};
  /// A reply with a longer body, in bytes, is broken off. Lambda's events have 6 MB, DynamoDB's pages 1 MB,
  /// and in JSON somewhat more.
  std::size_t max_body = 16 << 20;
  /// Whether the client's interrupt descriptor ends the wait for the response.
  bool interruptible = false;
};

struct HttpResponse {
  int status = 0;
  http::Headers headers;
  std::string body;
};

/// Why there is no response.
struct TransportError {
  enum class Kind {
    /// The request never left: nothing has happened at the other end.
    not_sent,
    /// The request may have been carried out; the reply did not come, or not whole, or not in time.
    reply_lost,
    /// The interrupt descriptor became readable first.
    interrupted,
  };
  Kind kind;
  std::string message;
};

/// What carries a request to a server: HttpClient, or a script in a test. Any HTTP status is a response.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual tl::expected<HttpResponse, TransportError> send(const HttpRequest& request) = 0;
};

/// HTTP/1.1 over connections that are kept and used again, one to each server. It sends a request once or
/// says that it did not: what libcurl would repeat by itself on a connection that died is left to the caller
/// to decide. No proxy, no redirects. Not for more than one thread.
class HttpClient final : public Transport {
 public:
  /// The wait of an interruptible request ends as soon as this descriptor is readable; it stays the caller's.
  explicit HttpClient(std::optional<int> interrupt_descriptor = std::nullopt);
  ~HttpClient() override;

  /// The certificate authorities in this PEM file are trusted instead of Amazon's own (net/amazon_roots.h).
  /// To be called before the first connection, which reads it, and fails when it can't be read.
  void trust(std::string ca_bundle);

  tl::expected<HttpResponse, TransportError> send(const HttpRequest& request) override;

 private:
  struct Handles;

  std::optional<int> interrupt_descriptor_;
  std::unique_ptr<Handles> handles_;
};

}  // namespace users::net
