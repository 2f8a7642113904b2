#include "http_server.h"

#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/http/headers.h"

namespace serverless::local_api {
namespace {

/// Marks, in Response::reason, the responses of our handlers. The server of httplib does not use that member.
constexpr const char* from_handler = "from handler";

/// Returns whether httplib adds this header to every request.
bool is_added_by_httplib(std::string_view name) {
  constexpr std::array<std::string_view, 4> added = {"REMOTE_ADDR", "REMOTE_PORT", "LOCAL_ADDR",
                                                     "LOCAL_PORT"};
  for (const auto one : added)
    if (http::same_name(name, one)) return true;
  return false;
}

/// Returns whether the request has a body (RFC 9112, section 6.3). Without these headers, httplib would wait
/// for one nevertheless.
bool has_body(const httplib::Request& request) {
  return request.has_header("Content-Length") || request.has_header("Transfer-Encoding");
}

/// Returns the request without its body. Removes from httplib's object the headers that httplib would act on,
/// so that it does not compress the response or cut it into ranges, and does not unpack or parse the body.
HttpRequest take_head(const httplib::Request& request) {
  HttpRequest head{.method = request.method,
                   .target = request.target,
                   .headers = {},
                   .body = {},
                   .client_address = request.remote_addr};
  for (const auto& [name, value] : request.headers)
    if (!is_added_by_httplib(name)) head.headers.emplace_back(name, value);

  auto& original = const_cast<httplib::Request&>(request);  // not const where httplib declares it
  original.ranges.clear();
  for (const char* name : {"Accept-Encoding", "Content-Encoding", "Content-Type"})
    original.headers.erase(name);
  return head;
}

void write(HttpResponse response, httplib::Response& target) {
  target.status = response.status;
  target.headers.clear();
  for (auto& [name, value] : response.headers) target.headers.emplace(std::move(name), std::move(value));
  target.body = std::move(response.body);
  target.reason = from_handler;
}

/// Returns nothing, and leaves the status in `response`, when the body is larger than `max_bytes` or
/// incomplete.
std::optional<std::string> read_body(const httplib::ContentReader& read, std::size_t max_bytes,
                                     httplib::Response& response) {
  std::string body;
  const bool complete = read([&](const char* data, std::size_t size) {
    body.append(data, size);
    return body.size() <= max_bytes;
  });
  if (body.size() > max_bytes) response.status = 413;  // httplib sets the status of other errors
  if (!complete) return std::nullopt;
  return body;
}

/// Sets the socket options. Unlike those of httplib, they do not let two programs share a port.
void set_socket_options(int socket) {
  const int on = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
}

void configure(httplib::Server& server, const HttpServer::Settings& settings) {
  server.new_task_queue = [threads = settings.threads] { return new httplib::ThreadPool(threads); };
  server.set_tcp_nodelay(true);
  server.set_payload_max_length(settings.max_body_bytes);
  server.set_keep_alive_max_count(settings.keep_alive ? std::numeric_limits<std::size_t>::max() : 1);
  server.set_keep_alive_timeout(settings.keep_alive ? 30 : 1);  // seconds
}

void route(httplib::Server& server, const HttpServer::Settings& settings, const HttpServer::Handler& handler,
           const HttpServer::Rejection& reject) {
  using Server = httplib::Server;

  const auto without_body = [handler](const httplib::Request& request, httplib::Response& response) {
    write(handler(take_head(request)), response);
  };
  const auto with_body = [handler, reject, max_bytes = settings.max_body_bytes](
                             const httplib::Request& request, httplib::Response& response,
                             const httplib::ContentReader& reader) {
    HttpRequest received = take_head(request);
    auto body = read_body(reader, max_bytes, response);
    if (!body) return write(reject(response.status), response);
    received.body = *std::move(body);
    write(handler(std::move(received)), response);
  };
  server.set_pre_routing_handler(
      [without_body](const httplib::Request& request, httplib::Response& response) {
        if (has_body(request)) return Server::HandlerResponse::Unhandled;
        without_body(request, response);
        return Server::HandlerResponse::Handled;
      });
  constexpr const char* any_path = R"([\s\S]*)";
  server.Get(any_path, without_body);
  server.Options(any_path, without_body);
  server.Post(any_path, with_body);
  server.Put(any_path, with_body);
  server.Patch(any_path, with_body);
  server.Delete(any_path, with_body);

  server.set_error_handler(
      Server::HandlerWithResponse([reject](const httplib::Request&, httplib::Response& response) {
        if (response.reason == from_handler) return Server::HandlerResponse::Unhandled;
        write(reject(response.status), response);
        return Server::HandlerResponse::Handled;
      }));
  server.set_post_routing_handler([](const httplib::Request&, httplib::Response& response) {
    // RFC 9110, section 8.6: a 204 must not have it; in a 304 it would be the length of the 200 response.
    if (response.status == 204 || response.status == 304) response.headers.erase("Content-Length");
  });
}

/// Returns the port, or a negative number when it cannot be bound.
int bind(httplib::Server& server, const std::string& host, int port) {
  if (port == 0) return server.bind_to_any_port(host);
  return server.bind_to_port(host, port) ? port : -1;
}

/// Returns the port. Throws std::runtime_error.
int listen_on(httplib::Server& server, const HttpServer::Settings& settings) {
  int listener = -1;
  server.set_socket_options([&listener](int socket) {
    set_socket_options(socket);
    listener = socket;
  });
  errno = 0;
  const int port = bind(server, settings.host, settings.port);
  // httplib's backlog is 5 connections; the clients of further connections retry after a second only.
  if (port > 0 && listen(listener, SOMAXCONN) == 0) return port;
  const std::string reason = errno == 0 ? "no such address" : std::generic_category().message(errno);
  throw std::runtime_error(fmt::format("cannot listen on {}:{}: {}", settings.host, settings.port, reason));
}

}  // namespace

HttpServer::HttpServer(const Settings& settings, const Handler& handler, const Rejection& reject)
    : server_(std::make_unique<httplib::Server>()) {
  configure(*server_, settings);
  route(*server_, settings, handler, reject);
  port_ = listen_on(*server_, settings);
}

HttpServer::~HttpServer() {
  stop();
  if (thread_.joinable()) thread_.join();
}

void HttpServer::start() {
  thread_ = std::thread([this] { server_->listen_after_bind(); });
  // A stop() before httplib runs would have no effect.
  while (!server_->is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

void HttpServer::stop() {
  if (!std::exchange(is_stopped_, true)) server_->stop();  // httplib supports one call only
}

}  // namespace serverless::local_api
