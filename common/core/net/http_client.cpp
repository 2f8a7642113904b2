#include "core/net/http_client.h"

#include <poll.h>

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

#include "core/net/amazon_roots.h"
#include "core/net/certificate_authorities.h"
#include "core/net/connection.h"
#include "core/net/http_response_parser.h"
#include "core/net/http_syntax.h"
#include "core/net/url.h"
#include "core/support/ascii.h"

namespace serverless::net {
namespace {

// After this time, a new handshake costs less than a request that fails because the server has closed the
// connection.
constexpr std::chrono::minutes max_idle_time{2};

/// A body of up to this size is sent together with the head; a larger one is not copied.
constexpr std::size_t max_copied_body = 64 << 10;

constexpr const char* timed_out = "the request timed out";

tl::unexpected<TransportError> not_sent(std::string_view message) {
  return tl::unexpected<TransportError>({TransportError::Kind::not_sent, std::string(message)});
}

tl::unexpected<TransportError> response_lost(std::string_view message) {
  return tl::unexpected<TransportError>({TransportError::Kind::response_lost, std::string(message)});
}

tl::unexpected<TransportError> interrupted() {
  return tl::unexpected<TransportError>({TransportError::Kind::interrupted, "interrupted"});
}

bool is_readable(int descriptor) {
  pollfd entry{.fd = descriptor, .events = POLLIN, .revents = 0};
  return poll(&entry, 1, 0) > 0;
}

/// Returns whether a value cannot end its line, and so cannot begin another header or request.
bool stays_in_its_line(std::string_view value) {
  return value.find('\r') == std::string_view::npos && value.find('\n') == std::string_view::npos &&
         value.find('\0') == std::string_view::npos;
}

void append_header(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

/// Returns the head of a request. Returns nothing when a header would not stay in its line, or would
/// contradict the framing.
std::optional<std::string> head_of(const HttpRequest& request, const Url& url, std::string_view user_agent) {
  std::string head = request.body ? "POST " : "GET ";
  head.append(url.target.starts_with('/') ? "" : "/").append(url.target).append(" HTTP/1.1\r\n");
  if (!request.headers.get("Host")) append_header(head, "Host", url.authority);
  append_header(head, "User-Agent", user_agent);
  append_header(head, "Accept", "*/*");
  for (const auto& [name, value] : request.headers) {
    const bool is_framing =
        equal_ignoring_case(name, "Content-Length") || equal_ignoring_case(name, "Transfer-Encoding");
    if (is_framing || !is_token(name) || !stays_in_its_line(value)) return std::nullopt;
    append_header(head, name, value);
  }
  if (request.body) append_header(head, "Content-Length", std::to_string(request.body->size()));
  return head.append("\r\n");
}

/// The bytes of a request that are still to be sent.
class Outgoing {
 public:
  Outgoing(std::string head, std::string_view body) : head_(std::move(head)) {
    const bool is_copied = body.size() <= max_copied_body;
    if (is_copied) head_.append(body);
    unsent_ = {head_, is_copied ? std::string_view() : body};
  }
  Outgoing(const Outgoing&) = delete;
  Outgoing& operator=(const Outgoing&) = delete;

  bool is_sent() const { return unsent_[0].empty() && unsent_[1].empty(); }
  /// Returns whether send() could send more later.
  bool is_blocked() const { return !is_sent() && !is_broken_; }

  /// Sends as much as the connection accepts. The next receive() reports a failure, because the server may
  /// have responded before it closed the connection.
  void send(Connection& connection) {
    for (std::string_view& part : unsent_) {
      while (!part.empty() && !is_broken_) {
        const auto sent = connection.send(part);
        is_broken_ = !sent;
        if (sent.value_or(0) == 0) return;
        part.remove_prefix(*sent);
      }
    }
  }

 private:
  std::string head_;
  std::array<std::string_view, 2> unsent_;
  bool is_broken_ = false;
};

/// Closes a connection after an exchange or an exception, unless keep_open() was called, so that the rest of
/// a response cannot be taken for the response to the next request.
class ConnectionCloser {
 public:
  explicit ConnectionCloser(Connection& connection) : connection_(connection) {}
  ~ConnectionCloser() {
    if (!is_kept_open_) connection_.close();
  }
  ConnectionCloser(const ConnectionCloser&) = delete;
  ConnectionCloser& operator=(const ConnectionCloser&) = delete;

  void keep_open() { is_kept_open_ = true; }

 private:
  Connection& connection_;
  bool is_kept_open_ = false;
};

/// How much of a response has arrived.
enum class Arrived { not_all, all, more_than_all };

/// Parses what has arrived, until the response is complete or nothing is left.
tl::expected<Arrived, TransportError> receive_available(Connection& connection, HttpResponseParser& parser,
                                                        const WaitLimit& limit) {
  for (;;) {
    const Received received = connection.receive();
    if (received.kind == Received::Kind::nothing) return Arrived::not_all;
    if (received.kind == Received::Kind::failure) return response_lost(received.reason);
    const std::size_t used = parser.feed(received.bytes);
    if (received.kind == Received::Kind::end) parser.end();
    if (!parser.fault().empty()) return response_lost(parser.fault());
    if (parser.is_complete()) return used < received.bytes.size() ? Arrived::more_than_all : Arrived::all;
    if (limit.is_over()) return response_lost(timed_out);
  }
}

/// Sends a request on an open connection and receives the response.
tl::expected<HttpResponse, TransportError> exchange(Connection& connection, Outgoing& outgoing,
                                                    std::size_t max_body, WaitLimit limit) {
  ConnectionCloser closer(connection);
  HttpResponseParser parser({.body = max_body});
  for (;;) {
    outgoing.send(connection);
    const bool interrupt_seen = connection.wait(outgoing.is_blocked(), limit);
    const auto arrived = receive_available(connection, parser, limit);
    if (!arrived) return tl::unexpected(arrived.error());
    if (*arrived != Arrived::not_all) {
      if (*arrived == Arrived::all && parser.keeps_connection() && outgoing.is_sent()) closer.keep_open();
      return std::move(parser.response());
    }
    // Once a response has begun, it is read to its end, because dropping it would lose an event.
    if (parser.has_begun()) limit.interrupt.reset();
    if (interrupt_seen && limit.interrupt) return interrupted();
    if (limit.is_over()) return response_lost(timed_out);
  }
}

}  // namespace

struct HttpClient::State {
  struct Server {
    Connection connection;
    /// When the connection was opened, or the last exchange on it ended.
    Instant last_use;
  };

  Server& server(std::string_view name) {
    const auto found = servers.find(name);
    if (found != servers.end()) return found->second;
    return servers.emplace(name, Server{Connection(std::string(name), authorities), Instant()}).first->second;
  }

  std::string user_agent;
  CertificateAuthorities authorities = CertificateAuthorities::in_text(amazon_roots);
  std::map<std::string, Server, std::less<>> servers;
};

HttpClient::HttpClient(std::string_view user_agent, const Clock& clock,
                       std::optional<int> interrupt_descriptor)
    : clock_(clock), interrupt_descriptor_(interrupt_descriptor), state_(std::make_unique<State>()) {
  initialize_libraries();
  state_->user_agent = user_agent;
}

HttpClient::~HttpClient() = default;

void HttpClient::trust(std::string ca_bundle) {
  if (!state_->servers.empty()) throw std::logic_error("the client has already connected");
  state_->authorities = CertificateAuthorities::in_file(std::move(ca_bundle));
}

const std::string& HttpClient::trust_fault() {
  return state_->authorities.fault();
}

tl::expected<HttpResponse, TransportError> HttpClient::send(const HttpRequest& request) {
  WaitLimit limit;
  if (request.timeout.count() > 0) limit.end = std::chrono::steady_clock::now() + request.timeout;
  if (request.interruptible) limit.interrupt = interrupt_descriptor_;
  if (limit.interrupt && is_readable(*limit.interrupt)) return interrupted();

  const auto url = parse_url(request.url);
  if (!url) return not_sent("the URL is invalid");
  auto head = head_of(request, *url, state_->user_agent);
  if (!head) return not_sent("a header of the request is invalid");
  Outgoing outgoing(*std::move(head), request.body.value_or(""));

  auto& [connection, last_use] = state_->server(url->server);
  const bool is_usable =
      connection.is_open() && clock_.now() - last_use <= max_idle_time && connection.is_quiet();
  if (!is_usable) {
    if (auto opened = connection.open(limit); !opened) return tl::unexpected(std::move(opened.error()));
    last_use = clock_.now();
    if (const Received early = connection.receive(); early.kind != Received::Kind::nothing) {
      connection.close();
      return not_sent(early.kind == Received::Kind::failure
                          ? early.reason
                          : "the server closed the connection, or responded, before the request");
    }
  }
  if (limit.is_over()) return not_sent(timed_out);
  auto response = exchange(connection, outgoing, request.max_body, limit);
  last_use = clock_.now();
  return response;
}

}  // namespace serverless::net
