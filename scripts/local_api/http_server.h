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

namespace users::local_api {

/// The only door to cpp-httplib: listens, and carries requests in and replies out byte for byte. What httplib
/// would do beyond that (compress, unpack, cut into ranges, parse forms) is switched off.
///
/// Two things it cannot be kept from: it percent-decodes the values of request headers, and drops empty ones.
class HttpServer {
 public:
  struct Settings {
    std::string host;
    /// 0 for any free one.
    int port;
    /// How many connections are served at once; more wait.
    std::size_t threads;
    std::size_t max_body_bytes;
    /// Whether a connection may carry more than one request. Without, nobody's idle connection holds up a
    /// stop, and none can be closed just as the next request comes.
    bool keep_alive;
  };
  /// Called on many threads at once. Must not throw.
  using Handler = std::function<HttpReply(HttpRequest)>;
  /// What to answer, with this status, to what did not become a request: it was malformed (400) or too large
  /// (413, 414). Must not throw.
  using Refusal = std::function<HttpReply(int status)>;

  /// Binds the port. Throws std::runtime_error saying why it can't.
  HttpServer(const Settings& settings, const Handler& handler, const Refusal& refusal);
  /// Stops, and waits for the replies that are under way.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const { return port_; }

  /// Begins to serve, on threads of its own.
  void start();
  /// Takes no more connections; returns at once. Not to be called on two threads at once.
  void stop();

 private:
  std::unique_ptr<httplib::Server> server_;
  int port_ = 0;
  bool is_stopped_ = false;
  std::thread thread_;
};

}  // namespace users::local_api
