#pragma once

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

#include "core/lambda/trace.h"
#include "core/net/transport.h"
#include "core/support/clock.h"
#include "core/support/log.h"

namespace serverless::lambda {

/// One event, and Lambda's data about it.
struct Invocation {
  std::string request_id;
  /// The time at which Lambda ends the execution environment unless the function has responded; nothing when
  /// Lambda sent no time.
  std::optional<Instant> deadline;
  /// Whether it is the first invocation of this process.
  bool cold_start;
  /// The trace to which it belongs, if X-Ray records that trace.
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

/// The loop of a custom runtime: it fetches one invocation after another, and posts the response or the error
/// of each. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
class Runtime {
 public:
  /// `api` is AWS_LAMBDA_RUNTIME_API. The transport must not add its own timeout, because the request for the
  /// next invocation may block for hours. The references must outlive the runtime.
  Runtime(std::string_view api, net::Transport& transport, Clock& clock, Log& log);

  /// Serves until the transport is interrupted (a graceful end, exit code 0), or until the Runtime API fails
  /// three times in a row to deliver an invocation or responds to a post with a server error (exit code 1).
  /// Returns the exit code of the process. A failed invocation, or a post that fails otherwise, does not end
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
