#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "core/net/http_client.h"

namespace serverless::net::testing {

constexpr std::string_view empty_response = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// The server's end of a connection.
class Peer {
 public:
  Peer(int socket, int number) : socket_(socket), number_(number) {}
  virtual ~Peer() = default;
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  /// Counted from 1, in the order of arrival.
  int number() const { return number_; }

  /// Returns whether the client still receives.
  virtual bool send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// Returns some bytes; nothing once the client has disconnected.
  virtual std::string receive() {
    std::string bytes(65536, '\0');
    bytes.resize(
        static_cast<std::size_t>(std::max<ssize_t>(recv(socket_, bytes.data(), bytes.size(), 0), 0)));
    return bytes;
  }

  /// Returns a request, or only its beginning when the client disconnects first.
  std::string receive_request() {
    constexpr std::string_view header = "Content-Length: ";
    std::string request;
    for (std::size_t end = std::string::npos, size = std::string::npos; request.size() < size;) {
      const std::string bytes = receive();
      if (bytes.empty()) break;
      request += bytes;
      if (size != std::string::npos) continue;
      end = request.find("\r\n\r\n");
      if (end == std::string::npos) continue;
      size = end + 4;
      if (const auto length = request.find(header); length < end)
        size += std::stoul(request.substr(length + header.size()));
    }
    return request;
  }

  /// Returns once the client has disconnected.
  void wait_for_end() {
    while (!receive().empty()) {
    }
  }

  /// Ends the connection, as by close().
  void shut_down() { shutdown(socket_, SHUT_RDWR); }

  /// Makes close() reset the connection.
  void reset() {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }

 protected:
  int socket_;

 private:
  int number_;
};

/// Responds to each request with 200.
inline void respond(Peer& peer) {
  while (!peer.receive_request().empty()) peer.send(empty_response);
}

/// Runs a script for each connection, in its own thread, and then closes the connection.
class ScriptedServer {
 public:
  using Script = std::function<void(Peer&)>;
  using MakePeer = std::function<std::unique_ptr<Peer>(int socket, int number)>;

  explicit ScriptedServer(Script script = respond, MakePeer make_peer = std::make_unique<Peer, int, int>)
      : script_(std::move(script)),
        make_peer_(std::move(make_peer)),
        socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(socket_, generic, size) != 0 || listen(socket_, 8) != 0 ||
        getsockname(socket_, generic, &size) != 0)
      throw std::runtime_error("no socket");
    address_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~ScriptedServer() {
    shutdown(socket_, SHUT_RDWR);
    acceptor_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const int open : open_) shutdown(open, SHUT_RDWR);
    }
    for (std::thread& connection : connections_) connection.join();
    close(socket_);
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  const std::string& address() const { return address_; }
  HttpRequest request() const { return {.url = "http://" + address_ + "/"}; }
  int accepted() const { return accepted_; }

 private:
  void accept_all() {
    for (int connection = -1; (connection = accept(socket_, nullptr, nullptr)) >= 0;) {
      const int number = ++accepted_;
      const std::lock_guard lock(mutex_);
      open_.push_back(connection);
      connections_.emplace_back([this, connection, number] { serve(connection, number); });
    }
  }

  void serve(int connection, int number) {
    const auto peer = make_peer_(connection, number);
    script_(*peer);
    const std::lock_guard lock(mutex_);
    std::erase(open_, connection);
    close(connection);
  }

  Script script_;
  MakePeer make_peer_;
  int socket_;
  std::string address_;
  std::atomic<int> accepted_ = 0;
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> connections_;
  std::thread acceptor_;
};

}  // namespace serverless::net::testing
