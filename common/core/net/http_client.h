#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "core/net/transport.h"
#include "core/support/clock.h"

/// HTTP requests. No other folder includes libcurl.
namespace serverless::net {

/// HTTP/1.1 over one persistent connection to each server. It sends a request at most once: when a persistent
/// connection is lost after the request, the caller decides whether to send again. It uses no proxy and
/// follows no redirects. Before a request, it replaces a connection that the server has closed or that was
/// idle for more than two minutes by the wall clock, because a frozen function may not have noticed that the
/// connection was lost. Not thread-safe.
class HttpClient final : public Transport {
 public:
  /// Every request has the header `User-Agent`, because some firewalls reject requests without it. An
  /// interruptible request stops waiting when `interrupt_descriptor`, which the caller owns, becomes
  /// readable.
  HttpClient(std::string_view user_agent, const Clock& clock,
             std::optional<int> interrupt_descriptor = std::nullopt);
  ~HttpClient() override;

  /// Trusts the certificate authorities in this PEM file instead of Amazon's own (net/amazon_roots.h). Call
  /// it before the first connection, which reads the file and fails when the file cannot be read. Throws
  /// std::logic_error after the first connection, because connections refer to the authorities with which
  /// they were made.
  void trust(std::string ca_bundle);

  /// Returns the reason why no certificate authority is trusted, in words; empty when there is no fault.
  /// Reads the file of trust(), unless a connection has done so.
  const std::string& trust_fault();

  tl::expected<HttpResponse, TransportError> send(const HttpRequest& request) override;

 private:
  struct State;

  const Clock& clock_;
  std::optional<int> interrupt_descriptor_;
  std::unique_ptr<State> state_;
};

}  // namespace serverless::net
