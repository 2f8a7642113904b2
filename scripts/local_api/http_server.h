#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "message.h"

namespace httplib {
class Server;
}

namespace serverless::local_api {

/// An HTTP server, the only user of cpp-httplib. It passes requests and responses on byte for byte; the rest
/// of httplib (compression, ranges, forms) is switched off.
///
/// Two things cannot be switched off: httplib percent-decodes the values of request headers, and drops empty
/// ones.
class HttpServer {
 public:
  struct Settings {
    std::string host;
    /// 0 for any free port.
    int port;
    /// The number of connections that are served at a time; further ones wait.
    std::size_t threads;
    std::size_t max_body_bytes;
    /// Whether a connection may carry more than one request. Without keep-alive, no idle connection delays a
    /// stop, and no connection is closed while a client sends its next request.
    bool keep_alive;
  };
  /// Called on many threads at once. Must not throw.
  using Handler = std::function<HttpResponse(HttpRequest)>;
  /// Returns the response, with this status, to a request that is malformed (400) or too large (413, 414).
  /// Must not throw.
  using Rejection = std::function<HttpResponse(int status)>;

  /// Binds the port. Throws std::runtime_error, with the reason, when it cannot.
  HttpServer(const Settings& settings, const Handler& handler, const Rejection& reject);
  /// Stops, and waits for the pending responses.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const { return port_; }

  /// Starts to serve, on threads of its own.
  void start();
  /// Accepts no more connections; returns at once. Must not be called on two threads at the same time.
  void stop();

 private:
  std::unique_ptr<httplib::Server> server_;
  int port_ = 0;
  bool is_stopped_ = false;
  std::thread thread_;
};

}  // namespace serverless::local_api
