#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/http/message.h"
#include "core/support/log.h"
#include "function.h"
#include "http_service.h"
#include "message.h"
#include "resources.h"
#include "template.h"

namespace serverless::local_api {

/// Acts as API Gateway: finds the function that serves a request, invokes it, and converts the proxy response
/// to an HTTP response. The gateway itself responds to preflight requests, and reports its own errors: those
/// of a REST API in the form that openapi.yaml defines, those of an HTTP API in its fixed form.
class Gateway {
 public:
  /// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
  static constexpr std::size_t max_body_bytes = 10UL * 1024 * 1024;

  /// `functions` are by logical id. They and the log must outlive the gateway.
  Gateway(const Template& description, const std::map<std::string, std::unique_ptr<Function>>& functions,
          Log& log);

  /// Serves a request; calls `respond` once, immediately or later.
  void handle(HttpRequest request, Respond respond) const;
  /// Returns whether the API has the path of the request, with any method.
  bool has_path_of(const HttpRequest& request) const;
  /// Returns the response to a request that the gateway cannot pass to a function.
  HttpResponse reject(int status) const;

 private:
  /// The gateway's own errors, whose statuses depend on the kind of API.
  enum class Failure { unknown_route, bad_response, timed_out };

  std::optional<Match> find(const HttpRequest& request) const;
  HttpResponse response_to(const Outcome& outcome, const Function& function,
                           const std::string& request_id) const;
  HttpResponse preflight(const Resource& resource, const std::string& request_id) const;
  /// Does what an HTTP API does: removes the function's CORS headers, and adds those of the CORS rules if the
  /// request has an Origin.
  void apply_cors(HttpResponse& response, bool has_origin) const;
  HttpResponse error(Failure failure, const std::string& request_id) const;
  HttpResponse error(int status, const std::string& request_id) const;
  HttpResponse with_standard_headers(http::Response response, const std::string& request_id) const;

  ApiKind kind_;
  Resources resources_;
  std::optional<Cors> cors_;
  Log& log_;
};

}  // namespace serverless::local_api
