#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "function.h"
#include "http_service.h"
#include "message.h"

namespace serverless::local_api {

/// Lambda's Runtime API, for the environments of all functions. Each environment uses its own base path,
/// `/environments/<name>`, which identifies it. A call is allowed in the same states as on Lambda.
/// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
class RuntimeApi {
 public:
  /// A larger response is rejected with 413.
  static constexpr std::size_t max_response_bytes = 6UL * 1024 * 1024 + 100;

  /// `functions` are by name. The map must outlive this, and may be filled later, before the first call.
  RuntimeApi(const std::map<std::string, std::unique_ptr<Function>>& functions, std::string region)
      : functions_(functions), region_(std::move(region)) {}

  /// Serves a call; calls `respond` once, immediately or, for the next invocation, when there is one.
  void handle(const HttpRequest& request, Respond respond) const;
  /// Returns the response to a request that cannot be read.
  static HttpResponse reject(int status);

 private:
  HttpResponse next_response(const Function& function, std::optional<Invocation> invocation) const;

  const std::map<std::string, std::unique_ptr<Function>>& functions_;
  std::string region_;
};

}  // namespace serverless::local_api
