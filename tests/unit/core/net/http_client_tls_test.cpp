#include <gmock/gmock.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/net/http_client.h"
#include "tests/support/fakes.h"
#include "tests/unit/core/net/scripted_server.h"

namespace serverless::net::testing {
namespace {

using Kind = TransportError::Kind;
using ::testing::HasSubstr;

using Key = std::unique_ptr<EVP_PKEY, decltype([](EVP_PKEY* key) { EVP_PKEY_free(key); })>;
using Certificate = std::unique_ptr<X509, decltype([](X509* certificate) { X509_free(certificate); })>;
using Context = std::unique_ptr<SSL_CTX, decltype([](SSL_CTX* context) { SSL_CTX_free(context); })>;

/// Returns a certificate for 127.0.0.1 that its key signed.
Certificate certificate_of(EVP_PKEY* key) {
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1,
                             0);
  X509_set_issuer_name(certificate.get(), name);
  X509_set_pubkey(certificate.get(), key);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
  X509_add_ext(certificate.get(), extension, -1);
  X509_EXTENSION_free(extension);
  X509_sign(certificate.get(), key, EVP_sha256());
  return certificate;
}

/// The server's end of a connection with TLS 1.3.
class TlsPeer final : public Peer {
 public:
  TlsPeer(int socket, int number, SSL_CTX* context) : Peer(socket, number), ssl_(SSL_new(context)) {
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    SSL_set_fd(ssl_, socket);
    SSL_set_accept_state(ssl_);  // the first operation performs the handshake
  }
  ~TlsPeer() override { SSL_free(ssl_); }
  TlsPeer(const TlsPeer&) = delete;
  TlsPeer& operator=(const TlsPeer&) = delete;

  bool send(std::string_view text) override {
    return SSL_write(ssl_, text.data(), static_cast<int>(text.size())) > 0;
  }

  std::string receive() override {
    std::string bytes(65536, '\0');
    bytes.resize(
        static_cast<std::size_t>(std::max(SSL_read(ssl_, bytes.data(), static_cast<int>(bytes.size())), 0)));
    return bytes;
  }

  /// Sends everything until uncork() in as few segments as possible.
  void cork() { set_cork(1); }
  void uncork() { set_cork(0); }

  SSL* ssl() { return ssl_; }

 private:
  void set_cork(int on) { setsockopt(socket_, IPPROTO_TCP, TCP_CORK, &on, sizeof on); }

  SSL* ssl_;
};

class HttpClientTlsTest : public ::testing::Test {
 protected:
  HttpClientTlsTest() {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to connections that the client has closed
    const Certificate certificate = certificate_of(key_.get());
    SSL_CTX_use_certificate(context_.get(), certificate.get());
    SSL_CTX_use_PrivateKey(context_.get(), key_.get());
    std::FILE* file = std::fopen(bundle_.c_str(), "w");
    PEM_write_X509(file, certificate.get());
    std::fclose(file);
    client_.trust(bundle_);
  }
  ~HttpClientTlsTest() override { std::filesystem::remove(bundle_); }

  /// Returns a server that runs a script for each connection.
  auto server(std::function<void(TlsPeer&)> script) {
    return std::make_unique<ScriptedServer>(
        [script = std::move(script)](Peer& peer) { script(static_cast<TlsPeer&>(peer)); },
        [this](int socket, int number) { return std::make_unique<TlsPeer>(socket, number, context_.get()); });
  }

  HttpClient& client() { return client_; }

  auto send_to(const ScriptedServer& server) {
    return client_.send({.url = "https://" + server.address() + "/", .timeout = std::chrono::seconds(30)});
  }

 private:
  serverless::testing::FakeClock clock_;
  HttpClient client_{"tests", clock_};
  Key key_{EVP_EC_gen("P-256")};
  Context context_{SSL_CTX_new(TLS_server_method())};
  std::string bundle_ = ::testing::TempDir() + "http_client_tls_test." + std::to_string(getpid()) + ".pem";
};

TEST_F(HttpClientTlsTest, KeepsTheConnectionAcrossTicketsAndNewKeys) {
  std::promise<void> idle;
  std::promise<void> sent;
  const auto server = this->server([&](TlsPeer& peer) {
    peer.receive_request();
    peer.send(empty_response);
    idle.get_future().wait();
    SSL_new_session_ticket(peer.ssl());
    SSL_do_handshake(peer.ssl());
    SSL_key_update(peer.ssl(), SSL_KEY_UPDATE_REQUESTED);
    SSL_do_handshake(peer.ssl());
    sent.set_value();
    respond(peer);
  });
  ASSERT_TRUE(send_to(*server));
  idle.set_value();
  sent.get_future().wait();

  for (int i = 0; i < 2; ++i) {
    const auto response = send_to(*server);
    ASSERT_TRUE(response) << response.error().message;
  }

  EXPECT_EQ(server->accepted(), 1);
}

TEST_F(HttpClientTlsTest, ReadsDataThatTlsHasBuffered) {
  const auto server = this->server([](TlsPeer& peer) {
    while (!peer.receive_request().empty()) {
      peer.cork();
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
      SSL_key_update(peer.ssl(), SSL_KEY_UPDATE_NOT_REQUESTED);
      SSL_do_handshake(peer.ssl());
      for (const char* letter : {"h", "e", "l", "l", "o"}) peer.send(letter);
      peer.uncork();
    }
  });

  for (int i = 0; i < 3; ++i) {
    const auto response = send_to(*server);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, "hello");
  }
}

TEST_F(HttpClientTlsTest, TransfersLargeBodies) {
  constexpr std::size_t large = 8 << 20;
  const auto server = this->server([](TlsPeer& peer) {
    const std::string request = peer.receive_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(large) + "\r\n\r\n" +
              request.substr(request.size() - large));
    peer.wait_for_end();
  });
  const std::string body(large, 'x');

  const auto response = client().send({.url = "https://" + server->address() + "/", .body = body});

  ASSERT_TRUE(response) << response.error().message;
  EXPECT_TRUE(response->body == body);
}

TEST_F(HttpClientTlsTest, AcceptsAResponseThatArrivesBeforeTheWholeRequestIsSent) {
  const auto server = this->server([](TlsPeer& peer) {
    peer.receive();
    peer.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
    peer.wait_for_end();
  });
  const std::string body(8 << 20, 'x');

  const auto response = client().send({.url = "https://" + server->address() + "/", .body = body});

  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 413);
}

TEST_F(HttpClientTlsTest, RefusesABodyThatEndsWithoutCloseNotify) {
  for (const bool is_whole : {true, false}) {
    const auto server = this->server([is_whole](TlsPeer& peer) {
      peer.receive_request();
      peer.send("HTTP/1.1 200 OK\r\n\r\nhello");
      if (is_whole) SSL_shutdown(peer.ssl());
    });

    const auto response = send_to(*server);

    ASSERT_EQ(response.has_value(), is_whole);
    if (!is_whole) {
      EXPECT_EQ(response.error().kind, Kind::response_lost);
    }
  }
}

TEST_F(HttpClientTlsTest, ReplacesAConnectionThatTheServerClosed) {
  std::atomic<int> requests = 0;
  std::promise<void> closed;
  const auto server = this->server([&](TlsPeer& peer) {
    while (!peer.receive_request().empty()) {
      ++requests;
      peer.send(empty_response);
      if (peer.number() > 1) continue;
      SSL_shutdown(peer.ssl());
      closed.set_value();
    }
  });
  ASSERT_TRUE(send_to(*server));
  closed.get_future().wait();

  ASSERT_TRUE(send_to(*server));

  EXPECT_EQ(requests, 2);
  EXPECT_EQ(server->accepted(), 2);
}

TEST_F(HttpClientTlsTest, ResumesTheSessionOnTheNextConnection) {
  std::promise<bool> resumed;
  const auto server = this->server([&](TlsPeer& peer) {
    peer.receive_request();
    if (peer.number() == 2) resumed.set_value(SSL_session_reused(peer.ssl()) == 1);
    peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  });

  ASSERT_TRUE(send_to(*server));
  ASSERT_TRUE(send_to(*server));

  EXPECT_TRUE(resumed.get_future().get());
}

TEST_F(HttpClientTlsTest, SendsNoRequestWhenTheServerHasAlreadyResponded) {
  std::atomic<bool> got_request = false;
  const auto server = this->server([&](TlsPeer& peer) {
    // A server may send as soon as it has seen the first message of the handshake. The response arrives
    // together with the server's part of the handshake.
    peer.cork();
    std::size_t size = 0;
    char byte = 0;
    SSL_read_early_data(peer.ssl(), &byte, 1, &size);
    SSL_write_early_data(peer.ssl(), empty_response.data(), empty_response.size(), &size);
    peer.uncork();
    got_request = !peer.receive().empty();
  });

  const auto response = send_to(*server);

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, Kind::not_sent);
  EXPECT_THAT(response.error().message, HasSubstr("before the request"));
  EXPECT_FALSE(got_request);
}

TEST_F(HttpClientTlsTest, TrustsOthersOnlyBeforeItsFirstConnection) {
  client().trust("/there/is/no/such/file.pem");
  client().trust("/nor/this/one.pem");
  EXPECT_THAT(client().trust_fault(), HasSubstr("/nor/this/one.pem"));
  const ScriptedServer server;
  ASSERT_TRUE(client().send(server.request()));
  EXPECT_THROW(client().trust("/there/is/no/such/file.pem"), std::logic_error);
}

}  // namespace
}  // namespace serverless::net::testing
