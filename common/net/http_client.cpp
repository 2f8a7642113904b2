#include "net/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <poll.h>

#include <array>
#include <stdexcept>
#include <system_error>

#include "net/amazon_roots.h"
#include "net/certificate_authorities.h"
#include "net/openssl_algorithms.h"

namespace users::net {
namespace {

constexpr int poll_ms = 60'000;

struct CurlLibrary {
  CurlLibrary() {
    // OpenSSL lists the names that every algorithm ever had before it looks one up; certificates are found to
    // need no others than these.
    OPENSSL_init_crypto(OPENSSL_INIT_NO_ADD_ALL_CIPHERS | OPENSSL_INIT_NO_ADD_ALL_DIGESTS, nullptr);
    for (const EVP_MD* digest : {EVP_sha256(), EVP_sha384(), EVP_sha512()}) EVP_add_digest(digest);
    offer_needed_algorithms();
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw std::runtime_error("libcurl does not start");
  }
};

template <typename T, void (*free)(T*)>
struct Free {
  void operator()(T* handle) const { free(handle); }
};
void free_multi(CURLM* multi) {
  curl_multi_cleanup(multi);
}

using Easy = std::unique_ptr<CURL, Free<CURL, curl_easy_cleanup>>;
using Multi = std::unique_ptr<CURLM, Free<CURLM, free_multi>>;
using HeaderList = std::unique_ptr<curl_slist, Free<curl_slist, curl_slist_free_all>>;

void append(HeaderList& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  (void)list.release();
  list.reset(longer);
}

/// One exchange: what the callbacks write to.
struct Exchange {
  std::size_t max_body = 0;
  HttpResponse response = {};
  bool response_begun = false;
  int times_sent = 0;
};

/// Runs `take`, from which no exception may pass through libcurl. Gives what libcurl expects: all of it, or
/// an error.
template <typename Take>
std::size_t taken(std::size_t size, Take take) noexcept {
  try {
    take();
    return size;
  } catch (...) {
    return CURL_WRITEFUNC_ERROR;
  }
}

std::size_t on_body(char* data, std::size_t /*one*/, std::size_t size, void* user) noexcept {
  return taken(size, [&] {
    auto& exchange = *static_cast<Exchange*>(user);
    if (size > exchange.max_body - exchange.response.body.size()) throw std::length_error("body");
    exchange.response.body.append(data, size);
  });
}

/// Gets the status line and each header line.
std::size_t on_header(char* data, std::size_t /*one*/, std::size_t size, void* user) noexcept {
  return taken(size, [&] {
    auto& exchange = *static_cast<Exchange*>(user);
    exchange.response_begun = true;
    const std::string_view line(data, size);
    const auto colon = line.find(':');
    if (line.starts_with("HTTP/") || colon == std::string_view::npos) return;
    auto value = line.substr(colon + 1);
    while (value.ends_with('\n') || value.ends_with('\r')) value.remove_suffix(1);
    exchange.response.headers.add(line.substr(0, colon), http::trim_whitespace(value));
  });
}

/// libcurl calls this before each time it sends the request, also when it repeats it on a new connection
/// after a reused one died. A write must not be repeated behind the caller's back.
int before_sending(void* user, char* /*remote_ip*/, char* /*local_ip*/, int /*remote_port*/,
                   int /*local_port*/) {
  return ++static_cast<Exchange*>(user)->times_sent == 1 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

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

/// What stays the same for every request of a client.
Easy configured_easy() {
  Easy easy(curl_easy_init());
  if (!easy) throw std::bad_alloc();
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  // Whatever http_proxy says, both ends are AWS's own. A libcurl without proxies does not know the option.
  if (const CURLcode code = curl_easy_setopt(easy.get(), CURLOPT_PROXY, "");
      code != CURLE_OK && code != CURLE_UNKNOWN_OPTION)
    throw std::runtime_error(curl_easy_strerror(code));
  set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));  // or later
  // Ahead of AES-256 and SHA-384, which OpenSSL would rather have: as safe, and done in fewer instructions.
  set(easy, CURLOPT_TLS13_CIPHERS, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384");
  set(easy, CURLOPT_NOSIGNAL, 1L);       // no SIGALRM for time-outs
  set(easy, CURLOPT_TCP_KEEPALIVE, 1L);  // NATs in a VPC forget silent connections
  // A frozen function may miss that its peer closed an idle connection, and a request into it would wait for
  // its time-out: after two minutes a new handshake is the lesser evil.
  set(easy, CURLOPT_MAXAGE_CONN, 120L);
  set(easy, CURLOPT_WRITEFUNCTION, on_body);
  set(easy, CURLOPT_HEADERFUNCTION, on_header);
  set(easy, CURLOPT_PREREQFUNCTION, before_sending);
  // The system's own authorities are not asked.
  set<const char*>(easy, CURLOPT_CAPATH, nullptr);
  set<const char*>(easy, CURLOPT_CAINFO, nullptr);
  return easy;
}

CURLcode on_tls_context(CURL* /*easy*/, void* context, void* user) noexcept {
  static_cast<CertificateAuthorities*>(user)->vouch_in(static_cast<SSL_CTX*>(context));
  return CURLE_OK;
}

HeaderList header_list(const http::Headers& headers) {
  HeaderList list;
  for (const auto& [name, value] : headers) append(list, fmt::format("{}: {}", name, value));
  return list;
}

bool is_readable(int descriptor) {
  pollfd entry{.fd = descriptor, .events = POLLIN, .revents = 0};
  return poll(&entry, 1, 0) > 0;
}

/// libcurl's words on a connection that was not made go without the reason.
std::string with_reason(const Easy& easy, const char* details) {
  long number = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_OS_ERRNO, &number);
  return fmt::format("{}: {}", details, std::generic_category().message(static_cast<int>(number)));
}

TransportError transport_error(CURLcode code, const Easy& easy, const Exchange& exchange,
                               const CertificateAuthorities& authorities, const char* details) {
  const bool sent = exchange.times_sent > 0;
  if (code == CURLE_ABORTED_BY_CALLBACK) details = "the connection died before the reply";
  if (code == CURLE_WRITE_ERROR) details = "the reply is too large";
  if (code == CURLE_PEER_FAILED_VERIFICATION && !authorities.fault().empty())
    details = authorities.fault().c_str();
  return {.kind = sent ? TransportError::Kind::reply_lost : TransportError::Kind::not_sent,
          .message = code == CURLE_COULDNT_CONNECT ? with_reason(easy, details)
                     : *details != '\0'            ? details
                                                   : curl_easy_strerror(code)};
}

}  // namespace

struct HttpClient::Handles {
  Handles() : multi(curl_multi_init()), easy(configured_easy()) {
    if (!multi) throw std::bad_alloc();
    set(easy, CURLOPT_SSL_CTX_FUNCTION, on_tls_context);
    set(easy, CURLOPT_SSL_CTX_DATA, &authorities);
  }

  // Each goes after what follows it: the connections' stores refer to the authorities, and the multi handle
  // keeps the connections of the easy one.
  CertificateAuthorities authorities = CertificateAuthorities::in_text(amazon_roots);
  Multi multi;
  Easy easy;
};

HttpClient::HttpClient(std::optional<int> interrupt_descriptor)
    : interrupt_descriptor_(interrupt_descriptor) {
  static const CurlLibrary library;
  handles_ = std::make_unique<Handles>();
}

HttpClient::~HttpClient() = default;

void HttpClient::trust(std::string ca_bundle) {
  handles_->authorities = CertificateAuthorities::in_file(std::move(ca_bundle));
}

tl::expected<HttpResponse, TransportError> HttpClient::send(const HttpRequest& request) {
  const bool interruptible = request.interruptible && interrupt_descriptor_;
  const auto interrupted = [] {
    return tl::unexpected<TransportError>({TransportError::Kind::interrupted, "interrupted"});
  };
  if (interruptible && is_readable(*interrupt_descriptor_)) return interrupted();

  const Easy& easy = handles_->easy;
  CURLM* multi = handles_->multi.get();
  const HeaderList headers = header_list(request.headers);
  Exchange exchange{.max_body = request.max_body};
  std::array<char, CURL_ERROR_SIZE> details{};
  set(easy, CURLOPT_URL, request.url.c_str());
  set(easy, CURLOPT_HTTPHEADER, headers.get());
  set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  set(easy, CURLOPT_WRITEDATA, &exchange);
  set(easy, CURLOPT_HEADERDATA, &exchange);
  set(easy, CURLOPT_PREREQDATA, &exchange);
  set(easy, CURLOPT_ERRORBUFFER, details.data());
  if (request.body) {
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body->size()));
    set(easy, CURLOPT_POSTFIELDS, request.body->empty() ? "" : request.body->data());
  } else {
    set(easy, CURLOPT_HTTPGET, 1L);
  }

  must(curl_multi_add_handle(multi, easy.get()));
  struct Removal {
    CURLM* multi;
    CURL* easy;
    ~Removal() { curl_multi_remove_handle(multi, easy); }
  } const removal{multi, easy.get()};

  bool interrupt_seen = false;
  for (int running = 1;;) {
    must(curl_multi_perform(multi, &running));
    if (running == 0) break;
    handles_->authorities.read_ahead();
    // What has begun to arrive is taken to its end: dropping it would lose an event.
    if (interrupt_seen && !exchange.response_begun) return interrupted();
    curl_waitfd interrupt{.fd = interrupt_descriptor_.value_or(-1), .events = CURL_WAIT_POLLIN, .revents = 0};
    const bool watch = interruptible && !exchange.response_begun;
    must(curl_multi_poll(multi, &interrupt, watch ? 1 : 0, poll_ms, nullptr));
    interrupt_seen = interrupt.revents != 0;
  }

  int messages = 0;
  const CURLMsg* message = curl_multi_info_read(multi, &messages);
  if (message == nullptr) throw std::logic_error("libcurl ended a transfer without a result");
  if (const CURLcode code = message->data.result; code != CURLE_OK)
    return tl::unexpected<TransportError>(
        transport_error(code, easy, exchange, handles_->authorities, details.data()));
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status < 100 || status > 999)  // a libcurl with HTTP/2 finds 2 in "HTTP/22 200 OK"
    return tl::unexpected<TransportError>({TransportError::Kind::reply_lost, "the reply has no status"});
  exchange.response.status = static_cast<int>(status);
  return std::move(exchange.response);
}

}  // namespace users::net
