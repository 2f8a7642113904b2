#include "core/net/http_client.h"

#include <gmock/gmock.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <string>
#include <string_view>
#include <thread>

#include "tests/support/fakes.h"
#include "tests/unit/core/net/scripted_server.h"

namespace serverless::net::testing {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using Kind = TransportError::Kind;
using ::testing::HasSubstr;

constexpr std::size_t large = 8 << 20;  // more than the buffers of two sockets

/// A descriptor that a test makes readable.
class Interrupt {
 public:
  Interrupt() : descriptor_(eventfd(0, EFD_CLOEXEC)) {}
  ~Interrupt() { close(descriptor_); }
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  void raise() const {
    const std::uint64_t one = 1;
    if (write(descriptor_, &one, sizeof one) != sizeof one) throw std::runtime_error("eventfd");
  }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

class HttpClientTest : public ::testing::Test {
 protected:
  /// Sends a request that can be interrupted.
  auto send_interruptible(HttpRequest request) {
    request.interruptible = true;
    return client_.send(request);
  }

  serverless::testing::FakeClock clock_;
  Interrupt interrupt_;
  HttpClient client_{"tests", clock_, interrupt_.descriptor()};
};

/// Responds to the first request of each connection with these bytes, and waits for the client to disconnect.
ScriptedServer::Script respond_once_with(std::string_view response) {
  return [response](Peer& peer) {
    peer.receive_request();
    peer.send(response);
    peer.wait_for_end();
  };
}

void expect_failure(const tl::expected<HttpResponse, TransportError>& response, Kind kind,
                    std::string_view message) {
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, kind);
  EXPECT_THAT(response.error().message, HasSubstr(std::string(message)));
}

/// Expects that the client gives up at the request's timeout; without a timeout, it would check the clock
/// only once a minute.
void expect_timeout(HttpClient& client, const HttpRequest& request, Kind kind) {
  const auto start = std::chrono::steady_clock::now();
  expect_failure(client.send(request), kind, "timed out");
  EXPECT_LT(std::chrono::steady_clock::now() - start, 50s);
}

// ---- Requests

/// Returns the bytes that the client sends.
std::string sent_by(HttpClient& client, const std::function<HttpRequest(const ScriptedServer&)>& request) {
  std::promise<std::string> received;
  const ScriptedServer server([&](Peer& peer) {
    received.set_value(peer.receive_request());
    peer.send(empty_response);
  });
  EXPECT_TRUE(client.send(request(server)));
  std::string sent = received.get_future().get();
  const auto address = sent.find(server.address());
  return address == std::string::npos ? sent : sent.replace(address, server.address().size(), "SERVER");
}

TEST_F(HttpClientTest, SendsAGet) {
  EXPECT_EQ(sent_by(client_,
                    [](const ScriptedServer& server) {
                      return HttpRequest{.url = "http://" + server.address() + "/a/b?c=%20",
                                         .headers = {{"X-Name", "a b"}, {"X-Empty", ""}}};
                    }),
            "GET /a/b?c=%20 HTTP/1.1\r\nHost: SERVER\r\nUser-Agent: tests\r\nAccept: */*\r\n"
            "X-Name: a b\r\nX-Empty: \r\n\r\n");
}

TEST_F(HttpClientTest, SendsAPost) {
  EXPECT_EQ(sent_by(client_,
                    [](const ScriptedServer& server) {
                      return HttpRequest{.url = "http://" + server.address(),
                                         .headers = {{"host", "example.com"}},
                                         .body = "{}"};
                    }),
            "POST / HTTP/1.1\r\nUser-Agent: tests\r\nAccept: */*\r\nhost: example.com\r\n"
            "Content-Length: 2\r\n\r\n{}");
}

TEST_F(HttpClientTest, SendsTheLengthOfAnEmptyBody) {
  EXPECT_EQ(sent_by(client_,
                    [](const ScriptedServer& server) {
                      return HttpRequest{.url = "http://" + server.address() + "?a", .body = ""};
                    }),
            "POST /?a HTTP/1.1\r\nHost: SERVER\r\nUser-Agent: tests\r\nAccept: */*\r\n"
            "Content-Length: 0\r\n\r\n");
}

TEST_F(HttpClientTest, SendsNoRequestWithAnInvalidUrlOrHeader) {
  const ScriptedServer server;
  const std::string url = server.request().url;
  for (const std::string& path : {"a b"s, "a\r\nb"s, "a\nb"s, "a\0b"s, "a\tb"s, "\x7F"s, "\xC3\xA9"s})
    expect_failure(client_.send({.url = url + path}), Kind::not_sent, "the URL is invalid");
  expect_failure(client_.send({.url = "127.0.0.1"}), Kind::not_sent, "the URL is invalid");
  for (const std::string& text : {"a\r\nb"s, "a\nb"s, "a\rb"s, "a\0b"s}) {
    expect_failure(client_.send({.url = url, .headers = {{"X-A", text}}}), Kind::not_sent, "header");
    expect_failure(client_.send({.url = url, .headers = {{text, "a"}}}), Kind::not_sent, "header");
  }
  for (const char* name : {"", "X A", "X:A", "Content-Length", "transfer-encoding"})
    expect_failure(client_.send({.url = url, .headers = {{name, "1"}}}), Kind::not_sent, "header");
  EXPECT_EQ(server.accepted(), 0);
}

TEST_F(HttpClientTest, SpeaksOnlyHttp) {
  expect_failure(client_.send({.url = "ftp://127.0.0.1/"}), Kind::not_sent, "ftp");
}

// ---- Responses

TEST_F(HttpClientTest, ReturnsStatusHeadersAndBody) {
  const ScriptedServer server(respond_once_with(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nhello\r\n1\r\n!\r\n0\r\nX-Trailer: c\r\n\r\n"));

  const auto response = client_.send(server.request());

  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->headers.get("x-a"), "b");
  EXPECT_EQ(response->body, "hello!");
}

TEST_F(HttpClientTest, ReadsABodyThatEndsWithTheConnection) {
  const ScriptedServer server([](Peer& peer) {
    peer.receive_request();
    peer.send("HTTP/1.0 200 OK\r\n\r\nhello");
  });

  const auto response = client_.send(server.request());

  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "hello");
}

TEST_F(HttpClientTest, TransfersLargeBodiesBothWays) {
  const ScriptedServer server([](Peer& peer) {
    const std::string request = peer.receive_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(large) + "\r\n\r\n" +
              request.substr(request.size() - large));
  });
  std::string body(large, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * 31 + i / 257);
  HttpRequest request = server.request();
  request.body = body;

  const auto response = client_.send(request);

  ASSERT_TRUE(response);
  EXPECT_TRUE(response->body == body);
}

TEST_F(HttpClientTest, ReadsAResponseWhileItSendsTheRequest) {
  const ScriptedServer server([](Peer& peer) {
    peer.receive();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(large) + "\r\n\r\n");
    peer.send(std::string(large, 'x'));  // before it reads the rest
    peer.wait_for_end();
  });
  const std::string body(large, 'y');
  HttpRequest request = server.request();
  request.body = body;

  const auto response = client_.send(request);

  ASSERT_TRUE(response);
  EXPECT_EQ(response->body.size(), large);
}

TEST_F(HttpClientTest, AcceptsAResponseThatArrivesBeforeTheWholeRequestIsSent) {
  for (const bool closes : {true, false}) {
    std::promise<void> received;
    const ScriptedServer server([&](Peer& peer) {
      if (peer.number() > 1) return respond(peer);
      peer.receive();
      peer.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
      if (!closes) received.get_future().wait();  // without reading the rest
    });
    const std::string body(large, 'x');
    HttpRequest request = server.request();
    request.body = body;

    const auto response = client_.send(request);
    received.set_value();

    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, 413);
    ASSERT_TRUE(client_.send(server.request()));
    EXPECT_EQ(server.accepted(), 2);  // the rest of the body is not taken for a request
  }
}

TEST_F(HttpClientTest, RefusesALargerBodyThanAllowed) {
  const ScriptedServer server(respond_once_with("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"));
  HttpRequest request = server.request();
  request.max_body = 4;

  expect_failure(client_.send(request), Kind::response_lost, "the response is too large");
}

// ---- Persistent connections

TEST_F(HttpClientTest, KeepsAConnectionThatWasIdleForTwoMinutes) {
  const ScriptedServer server;

  ASSERT_TRUE(client_.send(server.request()));
  clock_.advance(2min);
  ASSERT_TRUE(client_.send(server.request()));

  EXPECT_EQ(server.accepted(), 1);
}

TEST_F(HttpClientTest, ReplacesAConnectionThatWasIdleForLongerByTheWallClock) {
  const ScriptedServer server;

  ASSERT_TRUE(client_.send(server.request()));
  clock_.advance(2min + 1ms);  // the function was frozen: only the wall clock advanced
  ASSERT_TRUE(client_.send(server.request()));

  EXPECT_EQ(server.accepted(), 2);
}

TEST_F(HttpClientTest, MeasuresTheIdleTimeOfEachServer) {
  const ScriptedServer used;
  const ScriptedServer idle;
  ASSERT_TRUE(client_.send(idle.request()));
  ASSERT_TRUE(client_.send(used.request()));

  clock_.advance(90s);
  ASSERT_TRUE(client_.send(used.request()));
  clock_.advance(90s);
  ASSERT_TRUE(client_.send(used.request()));
  ASSERT_TRUE(client_.send(idle.request()));

  EXPECT_EQ(used.accepted(), 1);
  EXPECT_EQ(idle.accepted(), 2);
}

TEST_F(HttpClientTest, ReconnectsAfterAResponseThatEndsTheConnection) {
  for (const std::string_view response :
       {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        // More than the response.
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 500 Not Yours\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n"}) {
    const ScriptedServer server(respond_once_with(response));

    for (int i = 1; i <= 2; ++i) {
      const auto result = client_.send(server.request());
      ASSERT_TRUE(result) << response;
      EXPECT_LT(result->status, 500);
    }

    EXPECT_EQ(server.accepted(), 2) << response;
  }
}

/// Sends two requests. Between them, while the connection is idle, the server calls `act`. Returns the
/// numbers of connections and requests that the server received.
std::pair<int, int> connections_and_requests(HttpClient& client, const std::function<void(Peer&)>& act) {
  std::atomic<int> requests = 0;
  std::promise<void> idle;
  std::promise<void> acted;
  const ScriptedServer server([&](Peer& peer) {
    for (int i = 1; !peer.receive_request().empty(); ++i) {
      ++requests;
      peer.send(empty_response);
      if (peer.number() != 1 || i != 1) continue;
      idle.get_future().wait();
      act(peer);
      acted.set_value();
    }
  });
  EXPECT_TRUE(client.send(server.request()));
  idle.set_value();
  acted.get_future().wait();
  const auto response = client.send(server.request());
  EXPECT_TRUE(response);
  EXPECT_EQ(response ? response->status : 0, 200);
  return {server.accepted(), requests};
}

TEST_F(HttpClientTest, ReplacesAConnectionThatTheServerClosedAndSendsTheRequestOnce) {
  EXPECT_EQ(connections_and_requests(client_, [](Peer& peer) { peer.shut_down(); }), std::pair(2, 2));
}

TEST_F(HttpClientTest, ReplacesAConnectionOnWhichTheServerSentSomethingBeforeTheRequest) {
  EXPECT_EQ(
      connections_and_requests(
          client_, [](Peer& peer) { peer.send("HTTP/1.1 500 Not Yours\r\nContent-Length: 0\r\n\r\n"); }),
      std::pair(2, 2));
}

// ---- Failures

TEST_F(HttpClientTest, KnowsThatARequestWasNotSentWithoutAConnection) {
  HttpRequest request;
  {
    const ScriptedServer gone;
    request = gone.request();
  }
  expect_failure(client_.send(request), Kind::not_sent, "Connection refused");
}

TEST_F(HttpClientTest, NeverRepeatsARequestThatMayHaveTakenEffect) {
  for (const bool is_reset : {false, true}) {
    for (const std::string_view begin :
         {"", "HTTP/1.1 20", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"}) {
      std::atomic<int> requests = 0;
      const ScriptedServer server([&](Peer& peer) {
        peer.receive_request();
        peer.send(empty_response);
        peer.receive_request();
        ++requests;
        peer.send(begin);
        if (is_reset) peer.reset();
      });
      ASSERT_TRUE(client_.send(server.request()));

      const auto response = client_.send(server.request());

      ASSERT_FALSE(response);
      EXPECT_EQ(response.error().kind, Kind::response_lost);
      EXPECT_THAT(response.error().message, ::testing::ContainsRegex("closed|lost|reset"));
      EXPECT_EQ(requests, 1);
      EXPECT_EQ(server.accepted(), 1);
    }
  }
}

TEST_F(HttpClientTest, ReportsAResponseThatItCannotRead) {
  const ScriptedServer server(respond_once_with("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"));

  expect_failure(client_.send(server.request()), Kind::response_lost, "Content-Length");

  expect_failure(client_.send(server.request()), Kind::response_lost, "Content-Length");
  EXPECT_EQ(server.accepted(), 2);
}

// ---- Timeouts

TEST_F(HttpClientTest, LimitsTheTimeOfAnExchange) {
  for (const std::string_view begin : {"", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"}) {
    const ScriptedServer server(respond_once_with(begin));
    HttpRequest request = server.request();
    request.timeout = 100ms;

    expect_timeout(client_, request, Kind::response_lost);
  }
}

TEST_F(HttpClientTest, LimitsTheTimeOfAServerThatNeverPauses) {
  const ScriptedServer server([](Peer& peer) {
    peer.receive_request();
    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    std::string chunks;
    for (int i = 0; i < 100; ++i) chunks += "1;" + std::string(200, 'x') + "\r\nx\r\n";
    while (peer.send(chunks)) {
    }
  });
  HttpRequest request = server.request();
  request.timeout = 200ms;

  expect_timeout(client_, request, Kind::response_lost);
}

TEST_F(HttpClientTest, LimitsTheTimeOfConnecting) {
  const ScriptedServer silent([](Peer& peer) { peer.wait_for_end(); });

  expect_timeout(client_, {.url = "https://" + silent.address(), .timeout = 100ms}, Kind::not_sent);
}

TEST_F(HttpClientTest, LimitsTheTimeOfSending) {
  std::promise<void> done;
  const ScriptedServer server([&](Peer&) { done.get_future().wait(); });  // reads nothing
  const std::string body(large, 'x');
  HttpRequest request = server.request();
  request.body = body;
  request.timeout = 100ms;

  expect_timeout(client_, request, Kind::response_lost);
  done.set_value();
}

// ---- Interruption

TEST_F(HttpClientTest, SendsNothingAfterAnInterruption) {
  const ScriptedServer server;
  interrupt_.raise();

  expect_failure(send_interruptible(server.request()), Kind::interrupted, "interrupted");

  EXPECT_EQ(server.accepted(), 0);
}

TEST_F(HttpClientTest, DoesNotInterruptARequestThatIsNotInterruptible) {
  const ScriptedServer server;
  interrupt_.raise();

  EXPECT_TRUE(client_.send(server.request()));
}

TEST_F(HttpClientTest, InterruptsTheWaitForAConnection) {
  const ScriptedServer silent([this](Peer& peer) {
    peer.receive();
    interrupt_.raise();
    peer.wait_for_end();
  });

  expect_failure(send_interruptible({.url = "https://" + silent.address()}), Kind::interrupted,
                 "interrupted");
}

TEST_F(HttpClientTest, InterruptsTheSendingOfARequest) {
  std::promise<void> done;
  const ScriptedServer server([&](Peer& peer) {
    peer.receive();
    interrupt_.raise();
    done.get_future().wait();
  });
  const std::string body(large, 'x');
  HttpRequest request = server.request();
  request.body = body;

  expect_failure(send_interruptible(request), Kind::interrupted, "interrupted");
  done.set_value();
}

TEST_F(HttpClientTest, InterruptsTheWaitForAResponse) {
  const ScriptedServer server([this](Peer& peer) {
    peer.receive_request();
    interrupt_.raise();
    peer.wait_for_end();
  });

  expect_failure(send_interruptible(server.request()), Kind::interrupted, "interrupted");
}

TEST_F(HttpClientTest, ReadsTheWholeResponseWhenInterruptedInTheMiddle) {
  const ScriptedServer server([this](Peer& peer) {
    peer.receive_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
    interrupt_.raise();
    std::this_thread::sleep_for(50ms);  // long enough for the client to notice
    peer.send("llo");
    peer.wait_for_end();
  });

  const auto response = send_interruptible(server.request());

  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "hello");
}

}  // namespace
}  // namespace serverless::net::testing
