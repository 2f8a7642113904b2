#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "function.h"
#include "http/message.h"
#include "message.h"
#include "resources.h"
#include "support/log.h"
#include "template.h"

namespace users::local_api {

/// What API Gateway is to the functions behind it: finds the one that a request is for, has it invoked, and
/// makes a reply of what comes back. Preflight requests and errors it answers by itself, as the contract
/// says.
class Gateway {
 public:
  /// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
  static constexpr std::size_t max_body_bytes = 10UL * 1024 * 1024;

  Gateway(const Template& description, const std::map<std::string, std::unique_ptr<Function>>& functions,
          Log& log);

  HttpReply answer(const HttpRequest& request) const;
  /// Whether the API has the path, by whatever method.
  bool has_path_of(const HttpRequest& request) const;
  /// The answer to what is no request that the gateway can pass on.
  HttpReply refuse(int status) const;

 private:
  std::optional<Match> find(const HttpRequest& request) const;
  HttpReply invoke(Function& function, const HttpRequest& request, const Match& match,
                   const std::string& request_id) const;
  HttpReply preflight(const Resource& resource, const std::string& request_id) const;
  HttpReply problem(int status, const std::string& request_id) const;
  HttpReply with_standard_headers(http::Response response, const std::string& request_id) const;

  Resources resources_;
  std::optional<Cors> cors_;
  Log& log_;
};

}  // namespace users::local_api
