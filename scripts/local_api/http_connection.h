#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http_service.h"
#include "message.h"

namespace serverless::local_api {

/// A connection of an HTTP client. It serves one request at a time, in order. The client has 30 seconds to
/// send a request and 30 seconds to receive the response, and may pause for 30 seconds between requests.
/// Otherwise the connection is closed.
///
/// It exists while one of its operations is pending.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(boost::asio::ip::tcp::socket socket, std::shared_ptr<const HttpService> service);

  /// Waits for the next request and serves it.
  void serve();
  /// Closes the connection, after the response if a request is being served.
  void finish();

 private:
  using Error = boost::beast::error_code;
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  std::string_view received() const;
  void skip_empty_lines();
  /// Returns whether nothing of the next request has arrived. Empty lines are not part of a request.
  bool is_idle() const;
  void read_head();
  void on_head(std::string_view head);
  HttpRequest parsed_head() const;
  void send_continue();
  void read_body();
  void on_body(Error error);
  void handle();
  void reject(int status);
  void respond(HttpResponse response);
  /// Closes the connection once the client has closed it. If it were closed earlier, a client that is still
  /// sending would lose the response (RFC 9112, section 9.6).
  void end();
  void discard();

  boost::beast::tcp_stream stream_;
  const std::shared_ptr<const HttpService> service_;
  const std::string client_address_;
  boost::beast::flat_buffer buffer_;
  /// Present while a request is read.
  std::optional<Parser> parser_;
  HttpRequest request_;
  /// Whether the method of the request is HEAD, whose response has no body.
  bool is_head_ = false;
  bool keep_alive_ = false;
  /// Whether a request is complete or rejected but its response has not been sent yet.
  bool is_serving_ = false;
  bool is_finishing_ = false;
  HttpResponse response_;
  std::string response_head_;
};

}  // namespace serverless::local_api
