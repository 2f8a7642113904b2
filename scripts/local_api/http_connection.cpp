#include "http_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/status.hpp>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <limits>
#include <utility>

#include "request_rules.h"

namespace serverless::local_api {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

constexpr std::chrono::seconds time_limit(30);

/// The limit of API Gateway for the request line and the headers.
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
constexpr std::size_t max_head_bytes = 10240;

/// The maximum size of the buffer for the parts of a request other than head and body, such as the trailers.
constexpr std::size_t buffer_bytes = 64UL * 1024;

constexpr std::string_view continue_response = "HTTP/1.1 100 Continue\r\n\r\n";

/// Returns the length of a head, including the empty line at its end, or nothing when that line has not
/// arrived yet. Also accepts lines without a CR, which the parser then rejects.
std::optional<std::size_t> head_length(std::string_view received) {
  for (auto end = received.find('\n'); end != std::string_view::npos; end = received.find('\n', end + 1)) {
    const auto rest = received.substr(end + 1);
    if (rest.starts_with('\n')) return end + 2;
    if (rest.starts_with("\r\n")) return end + 3;
  }
  return std::nullopt;
}

std::string address_of(const asio::ip::tcp::socket& socket) {
  beast::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  return error ? "" : endpoint.address().to_string();
}

/// Returns whether a response with this status has no body (RFC 9110, sections 15.3.5 and 15.4.5).
bool has_no_body(int status) {
  return status == 204 || status == 304;
}

/// Returns the reason phrase; none for a status that Beast does not know.
std::string_view reason_of(int code) {
  const auto status = beast::http::int_to_status(static_cast<unsigned>(code));
  if (status == beast::http::status::unknown) return {};
  const auto reason = beast::http::obsolete_reason(status);
  return {reason.data(), reason.size()};
}

std::string head_of(const HttpResponse& response, bool keep_alive) {
  auto head = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_of(response.status));
  for (const auto& [name, value] : response.headers)
    fmt::format_to(std::back_inserter(head), "{}: {}\r\n", name, value);
  fmt::format_to(std::back_inserter(head), "Connection: {}\r\n", keep_alive ? "keep-alive" : "close");
  if (!has_no_body(response.status))
    fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", response.body.size());
  return head.append("\r\n");
}

}  // namespace

HttpConnection::HttpConnection(asio::ip::tcp::socket socket, std::shared_ptr<const HttpService> service)
    : stream_(std::move(socket)),
      service_(std::move(service)),
      client_address_(address_of(stream_.socket())),
      buffer_(buffer_bytes) {
  Error ignored;
  stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
}

void HttpConnection::serve() {
  stream_.expires_after(time_limit);
  read_head();
}

void HttpConnection::finish() {
  is_finishing_ = true;
  if (!is_serving_) stream_.close();
}

std::string_view HttpConnection::received() const {
  const auto data = buffer_.cdata();
  return {static_cast<const char*>(data.data()), data.size()};
}

/// RFC 9112, section 2.2: a server ignores empty lines before a request.
void HttpConnection::skip_empty_lines() {
  while (received().starts_with("\r\n")) buffer_.consume(2);
}

bool HttpConnection::is_idle() const {
  return received().find_first_not_of("\r\n") == std::string_view::npos;
}

void HttpConnection::read_head() {
  skip_empty_lines();
  const auto head = received().substr(0, max_head_bytes);
  is_head_ = head.starts_with("HEAD ");
  if (const auto length = head_length(head)) return on_head(head.substr(0, *length));
  if (head.size() == max_head_bytes) return reject(head.find('\n') == std::string_view::npos ? 414 : 431);

  const auto free = buffer_.prepare(max_head_bytes - head.size());
  stream_.async_read_some(free, [self = shared_from_this()](Error error, std::size_t size) {
    const bool was_idle = self->is_idle();
    self->buffer_.commit(size);
    if (error == asio::error::eof && !was_idle) return self->reject(400);
    if (error) return;
    if (was_idle && !self->is_idle()) self->stream_.expires_after(time_limit);
    self->read_head();
  });
}

void HttpConnection::on_head(std::string_view head) {
  parser_.emplace();
  parser_->body_limit(service_->max_body_bytes);
  parser_->header_limit(std::numeric_limits<std::uint32_t>::max());  // the head has been checked
  Error error;
  parser_->put(asio::buffer(head.data(), head.size()), error);
  const bool is_valid = (!error || error == beast::http::error::body_limit) && !has_folded_line(head);
  buffer_.consume(head.size());
  if (!is_valid) return reject(400);

  const bool is_http_1_0 = parser_->get().version() == 10;
  request_ = parsed_head();
  if (!has_valid_target(request_) || !is_unambiguous(request_, is_http_1_0)) return reject(400);
  if (error) return reject(413);
  convert_absolute_form(request_);
  keep_alive_ = parser_->get().keep_alive();
  const bool expects_continue =
      !is_http_1_0 && beast::iequals(parser_->get()[beast::http::field::expect], "100-continue");
  if (parser_->is_done()) return handle();
  expects_continue ? send_continue() : read_body();
}

HttpRequest HttpConnection::parsed_head() const {
  const auto text = [](const auto& view) { return std::string(view.data(), view.size()); };
  const auto& parsed = parser_->get();
  HttpRequest request{.method = text(parsed.method_string()),
                      .target = text(parsed.target()),
                      .headers = {},
                      .body = {},
                      .client_address = client_address_};
  for (const auto& field : parsed)
    request.headers.emplace_back(text(field.name_string()), text(field.value()));
  return request;
}

void HttpConnection::send_continue() {
  asio::async_write(stream_, asio::buffer(continue_response),
                    [self = shared_from_this()](Error error, std::size_t) {
                      if (!error) self->read_body();
                    });
}

void HttpConnection::read_body() {
  buffer_.reserve(buffer_bytes);
  beast::http::async_read(stream_, buffer_, *parser_,
                          [self = shared_from_this()](Error error, std::size_t) { self->on_body(error); });
}

void HttpConnection::on_body(Error error) {
  if (error == beast::http::error::body_limit) return reject(413);
  if (error.category() == make_error_code(beast::http::error::partial_message).category()) return reject(400);
  if (error) return;
  request_.body = std::move(parser_->get().body());
  handle();
}

void HttpConnection::handle() {
  parser_.reset();
  buffer_.shrink_to_fit();
  is_serving_ = true;
  stream_.expires_never();
  service_->handle(std::move(request_), [self = shared_from_this()](HttpResponse response) {
    self->respond(std::move(response));
  });
}

void HttpConnection::reject(int status) {
  is_serving_ = true;
  keep_alive_ = false;  // it is unknown where the next request begins
  respond(service_->reject(status));
}

void HttpConnection::respond(HttpResponse response) {
  response_ = std::move(response);
  keep_alive_ = keep_alive_ && !is_finishing_;
  response_head_ = head_of(response_, keep_alive_);
  if (is_head_ || has_no_body(response_.status)) response_.body.clear();

  stream_.expires_after(time_limit);
  const std::array buffers = {asio::buffer(std::as_const(response_head_)),
                              asio::buffer(std::as_const(response_.body))};
  asio::async_write(stream_, buffers, [self = shared_from_this()](Error error, std::size_t) {
    self->is_serving_ = false;
    if (error || self->is_finishing_) return;
    self->keep_alive_ ? self->serve() : self->end();
  });
}

void HttpConnection::end() {
  Error ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  discard();
}

void HttpConnection::discard() {
  buffer_.clear();
  stream_.async_read_some(buffer_.prepare(buffer_bytes),
                          [self = shared_from_this()](Error error, std::size_t) {
                            if (!error) self->discard();
                          });
}

}  // namespace serverless::local_api
