// Bytes in response to a request to the Runtime API, DynamoDB or an issuer.

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <system_error>
#include <thread>

#include <fmt/format.h>

#include "core/net/http_client.h"
#include "tests/fuzz/fuzz.h"

namespace serverless::fuzz {
namespace {

int checked(int result) {
  if (result < 0) throw std::system_error(errno, std::generic_category());
  return result;
}

/// Responds to every request with the same bytes, and closes the connection.
class Server {
 public:
  Server() : socket_(checked(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    checked(bind(socket_, reinterpret_cast<sockaddr*>(&address), size));
    checked(listen(socket_, 16));
    checked(getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size));
    port_ = ntohs(address.sin_port);
    std::thread([this] { serve(); }).detach();
  }

  std::string url() const { return fmt::format("http://127.0.0.1:{}/", port_); }
  void respond_with(std::string_view response) {
    const std::lock_guard lock(mutex_);
    response_ = response;
  }

 private:
  [[noreturn]] void serve() {
    for (;;) {
      const int connection = checked(accept(socket_, nullptr, nullptr));
      std::string request;
      for (char c = '\0'; !request.ends_with("\r\n\r\n") && read(connection, &c, 1) == 1;)
        request.push_back(c);
      {
        const std::lock_guard lock(mutex_);
        (void)!send(connection, response_.data(), response_.size(), MSG_NOSIGNAL);
      }
      close(connection);
    }
  }

  int socket_;
  int port_ = 0;
  std::mutex mutex_;
  std::string response_;
};

}  // namespace

void try_input(std::string_view input) {
  constexpr std::size_t max_body = 100;
  static auto& server = *new Server;  // its thread runs until the process ends
  // One client for each input, so that no input depends on the one before it.
  const SystemClock clock;
  net::HttpClient client("tests", clock);
  server.respond_with(input);
  const auto response =
      client.send({.url = server.url(), .timeout = std::chrono::milliseconds(2000), .max_body = max_body});
  if (!response) {
    require(response.error().kind == net::TransportError::Kind::response_lost,
            "a request that was sent may have had an effect");
    require(!response.error().message.empty(), "an error has a message");
    return;
  }
  require(response->status >= 100 && response->status <= 999, "a status has three digits");
  require(response->body.size() <= max_body, "a response is not longer than allowed");
  for (const auto& [name, value] : response->headers) {
    require(name.find_first_of(":\n") == std::string::npos, "a name ends before its colon");
    require(value.find('\n') == std::string::npos, "a value has one line");
  }
}

}  // namespace serverless::fuzz
