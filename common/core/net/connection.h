#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "core/net/certificate_authorities.h"
#include "core/net/transport.h"

namespace serverless::net {

/// The limits of a wait for a server.
struct WaitLimit {
  std::optional<std::chrono::steady_clock::time_point> end = {};
  /// A descriptor that ends the wait when it becomes readable.
  std::optional<int> interrupt = {};

  bool is_over() const { return end && std::chrono::steady_clock::now() >= *end; }
  /// Returns the timeout of one poll(), at most a minute.
  int milliseconds_left() const;
};

/// What Connection::receive() found.
struct Received {
  enum class Kind {
    bytes,
    /// There are no bytes yet.
    nothing,
    /// The server has closed the connection.
    end,
    failure,
  };
  Kind kind;
  /// With Kind::bytes, at least one byte; valid until the next call.
  std::string_view bytes = {};
  /// With Kind::failure, the reason, in words.
  std::string reason = {};
};

/// Initializes libcurl and OpenSSL, once. Call it before any other function of OpenSSL.
void initialize_libraries();

/// A connection to a server, plain or with TLS, which can be opened again after it was closed. libcurl
/// connects and speaks TLS; the caller interprets the bytes. It uses no proxy.
class Connection {
 public:
  /// Does not open the connection. `server` is the scheme and the authority of a URL. The authorities must
  /// outlive the connection.
  Connection(const std::string& server, CertificateAuthorities& authorities);
  Connection(Connection&&) noexcept;
  ~Connection();

  /// Connects, after closing an earlier connection.
  tl::expected<void, TransportError> open(const WaitLimit& limit);
  void close();
  bool is_open() const;

  /// Returns whether the connection can take a new request: the server has neither closed it nor sent
  /// anything that is still unread. Otherwise, it drops what the server has sent: open the connection again.
  bool is_quiet();

  /// Sends the front of `bytes`, as much as the connection accepts at once. Returns the number of bytes,
  /// which may be 0, or the reason why nothing more can be sent. When it sends less than all, the next call
  /// must begin with the first byte that was not sent.
  tl::expected<std::size_t, std::string> send(std::string_view bytes);

  /// Reads bytes that have arrived. Call it until it receives nothing before wait(), which may not notice
  /// bytes that have arrived earlier.
  Received receive();

  /// Waits until bytes arrive, until more can be sent if `to_send` is true, or until a limit ends the wait.
  /// It may return earlier. Returns whether the interrupt descriptor is readable.
  bool wait(bool to_send, const WaitLimit& limit);

 private:
  struct State;

  std::unique_ptr<State> state_;
};

}  // namespace serverless::net
