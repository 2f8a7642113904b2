#include "core/net/http_client.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/support/fakes.h"

namespace serverless::net::testing {
namespace {

using namespace std::chrono_literals;

/// Responds with 200 to each request, and counts the connections.
class Server {
 public:
  Server() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(socket_, generic, size) != 0 || listen(socket_, 8) != 0 ||
        getsockname(socket_, generic, &size) != 0)
      throw std::runtime_error("no socket");
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~Server() {
    shutdown(socket_, SHUT_RDWR);
    acceptor_.join();
    for (std::thread& connection : connections_) connection.join();
    close(socket_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  HttpRequest request() const { return {.url = "http://127.0.0.1:" + std::to_string(port_) + "/"}; }
  int accepted() const { return accepted_; }

 private:
  void accept_all() {
    for (int connection = -1; (connection = accept(socket_, nullptr, nullptr)) >= 0;) {
      ++accepted_;
      connections_.emplace_back([connection] { serve(connection); });
    }
  }

  static void serve(int connection) {
    constexpr std::string_view response = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    char buffer[4096];
    while (recv(connection, buffer, sizeof buffer, 0) > 0)
      send(connection, response.data(), response.size(), MSG_NOSIGNAL);
    close(connection);
  }

  int socket_;
  int port_ = 0;
  std::atomic<int> accepted_ = 0;
  std::vector<std::thread> connections_;
  std::thread acceptor_;
};

TEST(HttpClient, KeepsAConnectionThatWasIdleForTwoMinutes) {
  const Server server;
  serverless::testing::FakeClock clock;
  HttpClient client("tests", clock);

  ASSERT_TRUE(client.send(server.request()));
  clock.advance(2min);
  ASSERT_TRUE(client.send(server.request()));

  EXPECT_EQ(server.accepted(), 1);
}

TEST(HttpClient, ConnectsAnewWhenTheWallClockShowsThatTheConnectionWasIdleForLonger) {
  const Server server;
  serverless::testing::FakeClock clock;
  HttpClient client("tests", clock);

  ASSERT_TRUE(client.send(server.request()));
  clock.advance(2min + 1ms);  // the function was frozen: only the wall clock went on
  ASSERT_TRUE(client.send(server.request()));

  EXPECT_EQ(server.accepted(), 2);
}

TEST(HttpClient, MeasuresTheIdleTimeOfEachServer) {
  const Server used;
  const Server idle;
  serverless::testing::FakeClock clock;
  HttpClient client("tests", clock);
  ASSERT_TRUE(client.send(idle.request()));
  ASSERT_TRUE(client.send(used.request()));

  clock.advance(90s);
  ASSERT_TRUE(client.send(used.request()));
  clock.advance(90s);
  ASSERT_TRUE(client.send(used.request()));
  EXPECT_EQ(used.accepted(), 1);
  ASSERT_TRUE(client.send(idle.request()));

  EXPECT_EQ(idle.accepted(), 2);
}

}  // namespace
}  // namespace serverless::net::testing
