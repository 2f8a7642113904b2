#include "tests/support/fakes.h"

#include <fmt/format.h>

#include <stdexcept>

namespace serverless::testing {

std::string FakeIds::new_uuid() {
  return fmt::format("00000000-0000-4000-8000-{:012}", ++last_);
}

std::optional<std::string> FakeEnvironment::get_even_if_empty(const char* name) const {
  const auto found = variables_.find(name);
  if (found == variables_.end()) return std::nullopt;
  return found->second;
}

tl::expected<net::HttpResponse, net::TransportError> ScriptedTransport::send(
    const net::HttpRequest& request) {
  sent.push_back({.url = request.url,
                  .headers = request.headers,
                  .body = request.body ? std::optional<std::string>(*request.body) : std::nullopt,
                  .timeout = request.timeout,
                  .max_body = request.max_body,
                  .interruptible = request.interruptible});
  if (script.empty()) throw std::logic_error("the script has no response to the request " + request.url);
  Outcome outcome = std::move(script.front());
  script.pop_front();
  return outcome;
}

}  // namespace serverless::testing
