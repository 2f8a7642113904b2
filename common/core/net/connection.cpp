#include "core/net/connection.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <system_error>

#include "core/net/openssl_algorithms.h"
#include "core/support/owned.h"

namespace serverless::net {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds longest_poll{60'000};
constexpr std::size_t buffer_size = 16 << 10;  // the size of a TLS record

struct Libraries {
  Libraries() {
    // Without these flags OpenSSL lists all historical names of all algorithms first. Certificates need only
    // SHA-256, -384 and -512.
    OPENSSL_init_crypto(OPENSSL_INIT_NO_ADD_ALL_CIPHERS | OPENSSL_INIT_NO_ADD_ALL_DIGESTS, nullptr);
    for (const EVP_MD* digest : {EVP_sha256(), EVP_sha384(), EVP_sha512()}) EVP_add_digest(digest);
    offer_needed_algorithms();
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
      throw std::runtime_error("libcurl could not be initialized");
  }
};

using Easy = Owned<CURL, curl_easy_cleanup>;
using Multi = Owned<CURLM, curl_multi_cleanup>;

template <typename T>
void set(const Easy& easy, CURLoption option, T value) {
  const CURLcode code = curl_easy_setopt(easy.get(), option, value);
  if (code != CURLE_OK)
    throw std::runtime_error(
        fmt::format("libcurl option {}: {}", static_cast<int>(option), curl_easy_strerror(code)));
}

void must(CURLMcode code) {
  if (code != CURLM_OK) throw std::runtime_error(curl_multi_strerror(code));
}

CURLcode on_tls_context(CURL* /*easy*/, void* context, void* pointer) noexcept {
  SSL_CTX_set_options(static_cast<SSL_CTX*>(context), SSL_OP_NO_RENEGOTIATION);
  // Read the header and the contents of a record with one system call.
  SSL_CTX_set_read_ahead(static_cast<SSL_CTX*>(context), 1);
  // Do not take the end of a connection without the last TLS message for the end of a response; see
  // is_cut_off().
  SSL_CTX_clear_options(static_cast<SSL_CTX*>(context), SSL_OP_IGNORE_UNEXPECTED_EOF);
  static_cast<CertificateAuthorities*>(pointer)->install_in(context);
  return CURLE_OK;
}

/// Returns OpenSSL's part of an open connection; null when the connection is plain.
const SSL* tls_of(const Easy& easy) {
  curl_tlssessioninfo* session = nullptr;
  curl_easy_getinfo(easy.get(), CURLINFO_TLS_SSL_PTR, &session);
  return session == nullptr ? nullptr : static_cast<const SSL*>(session->internals);
}

/// Returns whether a closed connection with TLS ended without the last TLS message (close_notify). In that
/// case, anyone on the network path may have cut off the response.
bool is_cut_off(const SSL* tls) {
  return tls != nullptr && (SSL_get_shutdown(tls) & SSL_RECEIVED_SHUTDOWN) == 0;
}

}  // namespace

int WaitLimit::milliseconds_left() const {
  if (!end) return static_cast<int>(longest_poll.count());
  const auto left = std::chrono::ceil<milliseconds>(*end - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp(left, milliseconds(0), longest_poll).count());
}

void initialize_libraries() {
  static const Libraries libraries;
}

struct Connection::State {
  State(const std::string& server, CertificateAuthorities& trusted);
  ~State() { close(); }

  void close();
  /// Returns the reason of a failure, in words.
  std::string message_of(CURLcode code);

  CertificateAuthorities& authorities;
  std::array<char, CURL_ERROR_SIZE> error_text = {};
  // libcurl closes the connection when its easy handle leaves the multi handle.
  Multi multi{curl_multi_init()};
  Easy easy{curl_easy_init()};
  bool is_added = false;
  curl_socket_t socket = CURL_SOCKET_BAD;  // unless the connection is open
  std::optional<const SSL*> tls;           // null when the connection is plain; known after a receive()
  std::unique_ptr<char[]> buffer = std::make_unique_for_overwrite<char[]>(buffer_size);
};

Connection::State::State(const std::string& server, CertificateAuthorities& trusted) : authorities(trusted) {
  if (!multi || !easy) throw std::bad_alloc();
  set(easy, CURLOPT_URL, server.c_str());
  set(easy, CURLOPT_CONNECT_ONLY, 1L);
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  // Ignore http_proxy, because no proxy is supported. A libcurl built without proxy support does not have the
  // option.
  if (const CURLcode code = curl_easy_setopt(easy.get(), CURLOPT_PROXY, "");
      code != CURLE_OK && code != CURLE_UNKNOWN_OPTION)
    throw std::runtime_error(curl_easy_strerror(code));
  set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));  // or later
  // AES-128 with SHA-256 first, as it takes fewer instructions than OpenSSL's first choice and is as safe.
  set(easy, CURLOPT_TLS13_CIPHERS, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384");
  set(easy, CURLOPT_NOSIGNAL, 1L);       // no SIGALRM for timeouts
  set(easy, CURLOPT_TCP_KEEPALIVE, 1L);  // a NAT in a VPC drops silent connections
  // Do not use the system's certificate authorities.
  set<const char*>(easy, CURLOPT_CAPATH, nullptr);
  set<const char*>(easy, CURLOPT_CAINFO, nullptr);
  set(easy, CURLOPT_SSL_CTX_FUNCTION, on_tls_context);
  set(easy, CURLOPT_SSL_CTX_DATA, &authorities);
  set(easy, CURLOPT_ERRORBUFFER, error_text.data());
}

void Connection::State::close() {
  if (is_added) curl_multi_remove_handle(multi.get(), easy.get());
  is_added = false;
  socket = CURL_SOCKET_BAD;
  tls.reset();
  error_text.front() = '\0';
}

std::string Connection::State::message_of(CURLcode code) {
  if (code == CURLE_PEER_FAILED_VERIFICATION && !authorities.fault().empty()) return authorities.fault();
  std::string message = error_text.front() != '\0' ? error_text.data() : curl_easy_strerror(code);
  if (code == CURLE_COULDNT_CONNECT) {
    long number = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_OS_ERRNO, &number);
    message.append(": ").append(std::generic_category().message(static_cast<int>(number)));
  }
  return message;
}

Connection::Connection(const std::string& server, CertificateAuthorities& authorities)
    : state_(std::make_unique<State>(server, authorities)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection::~Connection() = default;

tl::expected<void, TransportError> Connection::open(const WaitLimit& limit) {
  const auto fail = [this](TransportError::Kind kind, std::string message) {
    close();
    return tl::unexpected<TransportError>({kind, std::move(message)});
  };
  close();
  CURLM* multi = state_->multi.get();
  must(curl_multi_add_handle(multi, state_->easy.get()));
  state_->is_added = true;
  for (int running = 1;;) {
    must(curl_multi_perform(multi, &running));
    if (running == 0) break;
    state_->authorities.read_ahead();
    if (limit.is_over()) return fail(TransportError::Kind::not_sent, "connecting timed out");
    curl_waitfd interrupt{.fd = limit.interrupt.value_or(-1), .events = CURL_WAIT_POLLIN, .revents = 0};
    must(curl_multi_poll(multi, &interrupt, limit.interrupt ? 1 : 0, limit.milliseconds_left(), nullptr));
    if (interrupt.revents != 0) return fail(TransportError::Kind::interrupted, "interrupted");
  }

  int messages = 0;
  const CURLMsg* message = curl_multi_info_read(multi, &messages);
  if (message == nullptr) throw std::logic_error("libcurl ended a transfer without a result");
  if (const CURLcode code = message->data.result; code != CURLE_OK)
    return fail(TransportError::Kind::not_sent, state_->message_of(code));
  state_->error_text.front() = '\0';  // may be about an address that failed before another one succeeded
  curl_easy_getinfo(state_->easy.get(), CURLINFO_ACTIVESOCKET, &state_->socket);
  return {};
}

void Connection::close() {
  state_->close();
}

bool Connection::is_open() const {
  return state_->socket != CURL_SOCKET_BAD;
}

bool Connection::is_quiet() {
  return receive().kind == Received::Kind::nothing;
}

tl::expected<std::size_t, std::string> Connection::send(std::string_view bytes) {
  std::size_t sent = 0;
  const CURLcode code = curl_easy_send(state_->easy.get(), bytes.data(), bytes.size(), &sent);
  if (code == CURLE_AGAIN) return 0;
  if (code != CURLE_OK) return tl::unexpected(state_->message_of(code));
  return sent;
}

Received Connection::receive() {
  using enum Received::Kind;
  std::size_t received = 0;
  const CURLcode code = curl_easy_recv(state_->easy.get(), state_->buffer.get(), buffer_size, &received);
  // libcurl does not provide it before the first read.
  if (!state_->tls) state_->tls = tls_of(state_->easy);
  if (code == CURLE_AGAIN) return {.kind = nothing};
  if (code != CURLE_OK) return {.kind = failure, .reason = state_->message_of(code)};
  if (received > 0) return {.kind = bytes, .bytes = {state_->buffer.get(), received}};
  if (is_cut_off(*state_->tls))
    return {.kind = failure, .reason = "the server closed the connection without ending TLS"};
  return {.kind = end};
}

bool Connection::wait(bool to_send, const WaitLimit& limit) {
  // After a TLS key update, OpenSSL may have to send before it can read more.
  const SSL* tls = state_->tls.value_or(nullptr);
  const bool tls_must_send = tls != nullptr && SSL_want_write(tls);
  short events = tls_must_send ? POLLOUT : POLLIN;
  if (to_send) events = POLLIN | POLLOUT;
  std::array<pollfd, 2> entries = {{{.fd = state_->socket, .events = events, .revents = 0},
                                    {.fd = limit.interrupt.value_or(-1), .events = POLLIN, .revents = 0}}};
  // After a failure, such as an interruption by a signal, the caller tries again.
  (void)poll(entries.data(), entries.size(), limit.milliseconds_left());
  return entries[1].revents != 0;
}

}  // namespace serverless::net
