#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>

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
  RuntimeApi(const std::map<std::string, std::unique_ptr<Function>>& functions, std::string region)
      : functions_(functions), region_(std::move(region)) {}

  HttpReply answer(const HttpRequest& request) const;
  static HttpReply refuse(int status);

 private:
  HttpReply next(Function& function, const std::string& environment) const;

  const std::map<std::string, std::unique_ptr<Function>>& functions_;
  std::string region_;
};

}  // namespace users::local_api
