#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "function.h"
#include "message.h"

namespace users::local_api {

/// Lambda's Runtime API, for the environments of all functions: each is told to find it under
/// `/environments/<its name>`, by which it is known. As strict as Lambda about what may be called when.
/// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
class RuntimeApi {
 public:
  /// A larger reply is refused with 413.
  static constexpr std::size_t max_reply_bytes = 6UL * 1024 * 1024 + 100;

  /// `functions` by name; may still be filled, until the first call.
  RuntimeApi(const std::map<std::string, std::unique_ptr<Function>>& functions, std::string region, Log& log)
      : functions_(functions), region_(std::move(region)), log_(log) {}

  HttpReply answer(const HttpRequest& request) const;
  static HttpReply refuse(int status);

 private:
  HttpReply next(Function& function, const std::string& function_name, const std::string& environment) const;
  HttpReply fail(Function& function, const std::string& environment, const std::string& request_id,
                 const HttpRequest& request) const;
  static HttpReply fail_init(Function& function, const std::string& environment, const HttpRequest& request);

  const std::map<std::string, std::unique_ptr<Function>>& functions_;
  std::string region_;
  Log& log_;
};

}  // namespace users::local_api
