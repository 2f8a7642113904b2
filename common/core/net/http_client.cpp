#include "core/net/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <poll.h>

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <stdexcept>
#include <system_error>

#include "core/net/amazon_roots.h"
#include "core/net/certificate_authorities.h"
#include "core/net/openssl_algorithms.h"
#include "core/support/owned.h"

namespace serverless::net {
namespace {

constexpr int poll_ms = 60'000;

// Afterwards, a new handshake costs less than a request on a connection that the server has closed.
constexpr std::chrono::minutes max_idle_time{2};

struct CurlLibrary {
  CurlLibrary() {
    // Without these flags OpenSSL lists all historical names of all algorithms first. Certificates need only
    // SHA-256, -384 and -512.
    OPENSSL_init_crypto(OPENSSL_INIT_NO_ADD_ALL_CIPHERS | OPENSSL_INIT_NO_ADD_ALL_DIGESTS, nullptr);
    for (const EVP_MD* digest : {EVP_sha256(), EVP_sha384(), EVP_sha512()}) EVP_add_digest(digest);
    offer_needed_algorithms();
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
      throw std::runtime_error("libcurl could not be initialized");
  }
};

void free_multi(CURLM* multi) {
  curl_multi_cleanup(multi);
}

using Easy = Owned<CURL, curl_easy_cleanup>;
using Multi = Owned<CURLM, free_multi>;
using HeaderList = Owned<curl_slist, curl_slist_free_all>;

void append(HeaderList& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  (void)list.release();
  list.reset(longer);
}

/// One exchange. The callbacks, and libcurl's error messages, write to it.
struct Exchange {
  std::size_t max_body = 0;
  HttpResponse response = {};
  bool response_begun = false;
  int times_sent = 0;
  std::array<char, CURL_ERROR_SIZE> error_text = {};
};

/// Runs `consume` and returns `size` or, after an exception, libcurl's error code: no exception may pass
/// through libcurl.
template <typename Consume>
std::size_t consumed(std::size_t size, Consume consume) noexcept {
  try {
    consume();
    return size;
  } catch (...) {
    return CURL_WRITEFUNC_ERROR;
  }
}

std::size_t on_body(char* data, std::size_t /*one*/, std::size_t size, void* pointer) noexcept {
  return consumed(size, [&] {
    auto& exchange = *static_cast<Exchange*>(pointer);
    if (size > exchange.max_body - exchange.response.body.size()) throw std::length_error("body");
    exchange.response.body.append(data, size);
  });
}

/// Receives the status line and each header line.
std::size_t on_header(char* data, std::size_t /*one*/, std::size_t size, void* pointer) noexcept {
  return consumed(size, [&] {
    auto& exchange = *static_cast<Exchange*>(pointer);
    exchange.response_begun = true;
    const std::string_view line(data, size);
    const auto colon = line.find(':');
    if (line.starts_with("HTTP/") || colon == std::string_view::npos) return;
    auto value = line.substr(colon + 1);
    while (value.ends_with('\n') || value.ends_with('\r')) value.remove_suffix(1);
    exchange.response.headers.add(line.substr(0, colon), http::trim_whitespace(value));
  });
}

/// libcurl calls this function each time before it sends the request. It would repeat the request on a new
/// connection when a reused one died, but only the caller can decide whether to repeat a write.
int before_sending(void* pointer, char* /*remote_ip*/, char* /*local_ip*/, int /*remote_port*/,
                   int /*local_port*/) {
  return ++static_cast<Exchange*>(pointer)->times_sent == 1 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
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

/// Makes a handle with the options that all requests share.
Easy configured_easy() {
  Easy easy(curl_easy_init());
  if (!easy) throw std::bad_alloc();
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  // Ignore http_proxy: the peers are AWS's own. A libcurl built without proxies does not have the option.
  if (const CURLcode code = curl_easy_setopt(easy.get(), CURLOPT_PROXY, "");
      code != CURLE_OK && code != CURLE_UNKNOWN_OPTION)
    throw std::runtime_error(curl_easy_strerror(code));
  set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));  // or later
  // AES-128 with SHA-256 first, as it takes fewer instructions than OpenSSL's first choice and is as safe.
  set(easy, CURLOPT_TLS13_CIPHERS, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384");
  set(easy, CURLOPT_NOSIGNAL, 1L);       // no SIGALRM for timeouts
  set(easy, CURLOPT_TCP_KEEPALIVE, 1L);  // a NAT in a VPC drops silent connections
  set(easy, CURLOPT_WRITEFUNCTION, on_body);
  set(easy, CURLOPT_HEADERFUNCTION, on_header);
  set(easy, CURLOPT_PREREQFUNCTION, before_sending);
  // Do not use the system's certificate authorities.
  set<const char*>(easy, CURLOPT_CAPATH, nullptr);
  set<const char*>(easy, CURLOPT_CAINFO, nullptr);
  return easy;
}

CURLcode on_tls_context(CURL* /*easy*/, void* context, void* pointer) noexcept {
  static_cast<CertificateAuthorities*>(pointer)->install_in(context);
  return CURLE_OK;
}

HeaderList header_list(const http::Headers& headers) {
  HeaderList list;
  for (const auto& [name, value] : headers) append(list, fmt::format("{}: {}", name, value));
  return list;
}

/// Returns the scheme and the authority of a URL.
std::string_view server_of(std::string_view url) {
  const auto authority = url.find("://") + 3;
  return url.substr(0, url.find_first_of("/?", authority));
}

bool is_readable(int descriptor) {
  pollfd entry{.fd = descriptor, .events = POLLIN, .revents = 0};
  return poll(&entry, 1, 0) > 0;
}

/// Adds the system's reason to libcurl's message about a failed connection.
std::string with_reason(const Easy& easy, const char* details) {
  long number = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_OS_ERRNO, &number);
  return fmt::format("{}: {}", details, std::generic_category().message(static_cast<int>(number)));
}

std::string message_of(CURLcode code, const Easy& easy, const Exchange& exchange,
                       CertificateAuthorities& authorities) {
  if (code == CURLE_ABORTED_BY_CALLBACK) return "the connection was lost before the response";
  if (code == CURLE_WRITE_ERROR) return "the response is too large";
  if (code == CURLE_PEER_FAILED_VERIFICATION && !authorities.fault().empty()) return authorities.fault();
  const char* text = exchange.error_text.data();
  if (code == CURLE_COULDNT_CONNECT) return with_reason(easy, text);
  return *text != '\0' ? text : curl_easy_strerror(code);
}

tl::unexpected<TransportError> interrupted() {
  return tl::unexpected<TransportError>({TransportError::Kind::interrupted, "interrupted"});
}

/// Has the multi handle perform the transfer of an easy handle as long as this exists.
class Transfer {
 public:
  Transfer(CURLM* multi, CURL* easy) : multi_(multi), easy_(easy) {
    must(curl_multi_add_handle(multi, easy));
  }
  ~Transfer() { curl_multi_remove_handle(multi_, easy_); }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

 private:
  CURLM* multi_;
  CURL* easy_;
};

}  // namespace

struct HttpClient::Handles {
  Handles() : multi(curl_multi_init()), easy(configured_easy()) {
    if (!multi) throw std::bad_alloc();
    set(easy, CURLOPT_SSL_CTX_FUNCTION, on_tls_context);
    set(easy, CURLOPT_SSL_CTX_DATA, &authorities);
    set(easy, CURLOPT_WRITEDATA, &exchange);
    set(easy, CURLOPT_HEADERDATA, &exchange);
    set(easy, CURLOPT_PREREQDATA, &exchange);
    set(easy, CURLOPT_ERRORBUFFER, exchange.error_text.data());
  }

  /// Closes all connections if that to the server was idle for too long. libcurl itself measures with a clock
  /// that stands still while the function is frozen.
  void close_stale_connections(std::string_view server, Instant now);

  /// Begins an exchange and sets the options of its request, whose body must outlive the transfer.
  void prepare(const HttpRequest& request);

  /// Performs the prepared transfer. Returns its result, or nothing when `interrupt` became readable before
  /// the response began.
  std::optional<CURLcode> perform(std::optional<int> interrupt);

  // The easy handle refers to the exchange and the headers, also between requests: closing a connection may
  // write an error message.
  Exchange exchange;
  HeaderList headers;
  // The order matters for destruction: the stores of the connections refer to the authorities, and the multi
  // handle keeps the connections of the easy handle.
  CertificateAuthorities authorities = CertificateAuthorities::in_text(amazon_roots);
  Multi multi;
  Easy easy;
  /// When the last exchange with each server ended.
  std::map<std::string, Instant, std::less<>> last_uses;
};

void HttpClient::Handles::close_stale_connections(std::string_view server, Instant now) {
  const auto last_use = last_uses.find(server);
  if (last_use == last_uses.end() || now - last_use->second <= max_idle_time) return;
  multi.reset(curl_multi_init());
  if (!multi) throw std::bad_alloc();
}

void HttpClient::Handles::prepare(const HttpRequest& request) {
  exchange = {.max_body = request.max_body};
  HeaderList new_headers = header_list(request.headers);
  set(easy, CURLOPT_URL, request.url.c_str());
  set(easy, CURLOPT_HTTPHEADER, new_headers.get());
  headers = std::move(new_headers);
  set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  if (request.body) {
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body->size()));
    set(easy, CURLOPT_POSTFIELDS, request.body->empty() ? "" : request.body->data());
  } else {
    set(easy, CURLOPT_HTTPGET, 1L);
  }
}

std::optional<CURLcode> HttpClient::Handles::perform(std::optional<int> interrupt) {
  const Transfer transfer(multi.get(), easy.get());
  bool interrupt_seen = false;
  for (int running = 1;;) {
    must(curl_multi_perform(multi.get(), &running));
    if (running == 0) break;
    authorities.read_ahead();
    // A response that has begun is read to its end, as dropping it would lose an event.
    if (interrupt_seen && !exchange.response_begun) return std::nullopt;
    curl_waitfd watched{.fd = interrupt.value_or(-1), .events = CURL_WAIT_POLLIN, .revents = 0};
    const bool watch = interrupt && !exchange.response_begun;
    must(curl_multi_poll(multi.get(), &watched, watch ? 1 : 0, poll_ms, nullptr));
    interrupt_seen = watched.revents != 0;
  }

  int messages = 0;
  const CURLMsg* message = curl_multi_info_read(multi.get(), &messages);
  if (message == nullptr) throw std::logic_error("libcurl ended a transfer without a result");
  return message->data.result;
}

HttpClient::HttpClient(std::string_view user_agent, const Clock& clock,
                       std::optional<int> interrupt_descriptor)
    : clock_(clock), interrupt_descriptor_(interrupt_descriptor) {
  static const CurlLibrary library;
  handles_ = std::make_unique<Handles>();
  set(handles_->easy, CURLOPT_USERAGENT, std::string(user_agent).c_str());
}

HttpClient::~HttpClient() = default;

void HttpClient::trust(std::string ca_bundle) {
  handles_->authorities = CertificateAuthorities::in_file(std::move(ca_bundle));
}

const std::string& HttpClient::trust_fault() {
  return handles_->authorities.fault();
}

tl::expected<HttpResponse, TransportError> HttpClient::send(const HttpRequest& request) {
  const std::optional<int> interrupt = request.interruptible ? interrupt_descriptor_ : std::nullopt;
  if (interrupt && is_readable(*interrupt)) return interrupted();

  const Easy& easy = handles_->easy;
  Exchange& exchange = handles_->exchange;
  const std::string_view server = server_of(request.url);
  handles_->close_stale_connections(server, clock_.now());
  handles_->prepare(request);
  const auto code = handles_->perform(interrupt);
  handles_->last_uses.insert_or_assign(std::string(server), clock_.now());
  if (!code) return interrupted();
  if (*code != CURLE_OK) {
    const bool sent = exchange.times_sent > 0;
    return tl::unexpected<TransportError>(
        {.kind = sent ? TransportError::Kind::response_lost : TransportError::Kind::not_sent,
         .message = message_of(*code, easy, exchange, handles_->authorities)});
  }
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status < 100 || status > 999)  // a libcurl with HTTP/2 reads 2 from "HTTP/22 200 OK"
    return tl::unexpected<TransportError>(
        {TransportError::Kind::response_lost, "the response has no status"});
  exchange.response.status = static_cast<int>(status);
  return std::move(exchange.response);
}

}  // namespace serverless::net
