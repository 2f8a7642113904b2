#pragma once

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/lambda/trace.h"
#include "core/net/transport.h"
#include "core/support/clock.h"
#include "core/support/log.h"

namespace serverless::lambda {

/// One event, and Lambda's data about it.
struct Invocation {
  std::string request_id;
  /// The time at which Lambda ends the sandbox unless the function has responded; nothing when Lambda gave
  /// none.
  std::optional<Instant> deadline;
  /// Whether it is the first invocation of this process.
  bool cold_start;
  /// The trace that it belongs to, if X-Ray records that.
  std::optional<Trace> trace = {};
  std::string payload;
};

/// An invocation that failed with an error type `Category.Reason`. Any other exception is reported as
/// `Runtime.UnhandledException`.
class InvocationError : public std::runtime_error {
 public:
  InvocationError(std::string type, const std::string& message)
      : std::runtime_error(message), type_(std::move(type)) {}
  const std::string& type() const { return type_; }

 private:
  std::string type_;
};

/// Handles an invocation and returns the payload of the response. An exception becomes the invocation's
/// error.
using InvocationHandler = std::function<std::string(const Invocation&)>;

/// The loop of a custom runtime: it fetches one invocation after the other, and posts its response or its
/// error. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
class Runtime {
 public:
  /// `api` is AWS_LAMBDA_RUNTIME_API. The transport must not add a timeout of its own, as `next` blocks for
  /// hours. The references must outlive the runtime.
  Runtime(std::string_view api, net::Transport& transport, Clock& clock, Log& log);

  /// Serves until the transport is interrupted, which is the graceful end, or the Runtime API fails
  /// repeatedly. Returns the exit code of the process. The failure of one invocation or one post does not end
  /// the loop.
  int run(const InvocationHandler& handler);

  /// Reports that the function cannot start. The process must then exit with a code other than 0.
  void report_init_error(std::string_view type, std::string_view message);

 private:
  enum class Posted { accepted, too_large, failed, runtime_broken };

  /// The reason why there is no next invocation.
  struct NoInvocation {
    bool interrupted;
    std::string cause;
  };

  tl::expected<Invocation, NoInvocation> next();
  Posted respond(const Invocation& invocation, const InvocationHandler& handler);
  Posted post(const std::string& path, std::string_view body, const http::Headers& headers = {});
  Posted post_error(const std::string& path, std::string_view type, std::string_view message);

  std::string base_url_;
  net::Transport& transport_;
  Clock& clock_;
  Log& log_;
  bool cold_start_ = true;
};

}  // namespace serverless::lambda
