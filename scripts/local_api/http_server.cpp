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

#include "http/headers.h"

namespace users::local_api {
namespace {

/// httplib's server leaves Response::reason alone; it marks the replies that are not its own.
constexpr const char* from_handler = "from handler";

/// httplib adds these to the headers of every request.
bool is_added_by_httplib(std::string_view name) {
  constexpr std::array<std::string_view, 4> added = {"REMOTE_ADDR", "REMOTE_PORT", "LOCAL_ADDR",
                                                     "LOCAL_PORT"};
  for (const auto one : added)
    if (http::same_name(name, one)) return true;
  return false;
}

/// Without either header a request has no body (RFC 9112, section 6.3), where httplib would wait for one.
bool has_body(const httplib::Request& request) {
  return request.has_header("Content-Length") || request.has_header("Transfer-Encoding");
}

/// The request but for its body. Takes out of httplib's own object what httplib would act upon: the reply is
/// not to be compressed or cut into ranges, nor the body unpacked or parsed.
HttpRequest take(const httplib::Request& request) {
  HttpRequest taken{.method = request.method,
                    .target = request.target,
                    .headers = {},
                    .body = {},
                    .client_address = request.remote_addr};
  for (const auto& [name, value] : request.headers)
    if (!is_added_by_httplib(name)) taken.headers.emplace_back(name, value);

  auto& original =
      const_cast<httplib::Request&>(request);  // a local variable of httplib's, and not const there
  original.ranges.clear();
  for (const char* name : {"Accept-Encoding", "Content-Encoding", "Content-Type"})
    original.headers.erase(name);
  return taken;
}

void give(HttpReply reply, httplib::Response& response) {
  response.status = reply.status;
  response.headers.clear();
  for (auto& [name, value] : reply.headers) response.headers.emplace(std::move(name), std::move(value));
  response.body = std::move(reply.body);
  response.reason = from_handler;
}

/// Nothing if the body is larger, or ends before it is whole.
std::optional<std::string> read_body(const httplib::ContentReader& read, std::size_t max_bytes,
                                     httplib::Response& response) {
  std::string body;
  const bool whole = read([&](const char* data, std::size_t size) {
    body.append(data, size);
    return body.size() <= max_bytes;
  });
  if (body.size() > max_bytes) response.status = 413;  // otherwise httplib has set it
  if (!whole) return std::nullopt;
  return body;
}

/// Unlike httplib's own options, these do not let two programs share one port.
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
           const HttpServer::Refusal& refusal) {
  using Server = httplib::Server;

  const auto without_body = [handler](const httplib::Request& request, httplib::Response& response) {
    give(handler(take(request)), response);
  };
  const auto with_body = [handler, refusal, max_bytes = settings.max_body_bytes](
                             const httplib::Request& request, httplib::Response& response,
                             const httplib::ContentReader& reader) {
    HttpRequest taken = take(request);
    auto body = read_body(reader, max_bytes, response);
    if (!body) return give(refusal(response.status), response);
    taken.body = *std::move(body);
    give(handler(std::move(taken)), response);
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
      Server::HandlerWithResponse([refusal](const httplib::Request&, httplib::Response& response) {
        if (response.reason == from_handler) return Server::HandlerResponse::Unhandled;
        give(refusal(response.status), response);
        return Server::HandlerResponse::Handled;
      }));
  server.set_post_routing_handler([](const httplib::Request&, httplib::Response& response) {
    // RFC 9110, section 8.6: not with 204, and with 304 only the length that a 200 would have had.
    if (response.status == 204 || response.status == 304) response.headers.erase("Content-Length");
  });
}

/// Gives the port, or a negative number.
int bind(httplib::Server& server, const std::string& host, int port) {
  if (port == 0) return server.bind_to_any_port(host);
  return server.bind_to_port(host, port) ? port : -1;
}

/// Gives the port.
int listen_on(httplib::Server& server, const HttpServer::Settings& settings) {
  int listener = -1;
  server.set_socket_options([&listener](int socket) {
    set_socket_options(socket);
    listener = socket;
  });
  errno = 0;
  const int port = bind(server, settings.host, settings.port);
  // httplib lets five connections wait; whoever comes then tries again only after a second.
  if (port > 0 && listen(listener, SOMAXCONN) == 0) return port;
  const std::string why = errno == 0 ? "no such address" : std::generic_category().message(errno);
  throw std::runtime_error(fmt::format("cannot listen on {}:{}: {}", settings.host, settings.port, why));
}

}  // namespace

HttpServer::HttpServer(const Settings& settings, const Handler& handler, const Refusal& refusal)
    : server_(std::make_unique<httplib::Server>()) {
  configure(*server_, settings);
  route(*server_, settings, handler, refusal);
  port_ = listen_on(*server_, settings);
}

HttpServer::~HttpServer() {
  stop();
  if (thread_.joinable()) thread_.join();
}

void HttpServer::start() {
  thread_ = std::thread([this] { server_->listen_after_bind(); });
  // A stop() before httplib runs would be lost.
  while (!server_->is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

void HttpServer::stop() {
  if (!std::exchange(is_stopped_, true)) server_->stop();  // httplib takes it once only
}

}  // namespace users::local_api
