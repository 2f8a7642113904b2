#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <vector>

#include "http_service.h"

namespace serverless::local_api {

class HttpConnection;

/// An HTTP/1.1 server: RFC 9110 and RFC 9112. The service receives the target and the headers as the client
/// sent them, except that a target in absolute form is split into Host and path. It receives the body without
/// the transfer coding. The server adds Connection and Content-Length to the responses of the service.
class HttpServer {
 public:
  /// Binds the port; 0 selects any free port. Throws std::runtime_error, with the reason, when this fails.
  HttpServer(boost::asio::io_context& io, const std::string& host, int port, HttpService service);

  int port() const { return port_; }

  /// Starts to serve. Connections are accepted while the io_context runs.
  void start() { accept(); }
  /// Stops accepting connections, and closes each open connection once it serves no request.
  void stop();

 private:
  void accept();

  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  const std::shared_ptr<const HttpService> service_;
  int port_;
  std::vector<std::weak_ptr<HttpConnection>> connections_;
};

}  // namespace serverless::local_api
