#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "net/http_client.h"
#include "support/clock.h"
#include "support/log.h"

namespace users::lambda {

/// One event, and what Lambda says of it.
struct Invocation {
  std::string request_id;
  /// When Lambda ends the sandbox if there is no reply.
  Instant deadline;
  /// Whether it is the first one of this process.
  bool cold_start;
  std::string payload;
};

/// An invocation that failed with a type of its own, `Category.Reason`; any other exception is
/// `Runtime.UnhandledException`.
class InvocationError : public std::runtime_error {
 public:
  InvocationError(std::string type, const std::string& message)
      : std::runtime_error(message), type_(std::move(type)) {}
  const std::string& type() const { return type_; }

 private:
  std::string type_;
};

/// Takes an invocation and gives the reply's payload; an exception becomes the invocation's error.
using InvocationHandler = std::function<std::string(const Invocation&)>;

/// The custom runtime: takes invocations one after the other and posts what becomes of them.
/// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
class Runtime {
 public:
  /// `api` is AWS_LAMBDA_RUNTIME_API. The transport must not limit the time of a request of its own accord:
  /// `next` blocks for hours. The references must outlive the runtime.
  Runtime(std::string_view api, net::Transport& transport, Clock& clock, Log& log);

  /// Serves until the transport is interrupted, which is the way to a graceful end, or the Runtime API fails
  /// for good. Gives the exit code of the process. No failure of a single invocation or post ends it.
  int run(const InvocationHandler& handler);

  /// Says that the function can't start; the process is to exit with a code other than 0 then.
  void report_init_error(std::string_view type, std::string_view message);

 private:
  enum class Posted { taken, refused_as_too_large, lost, runtime_broken };

  tl::expected<Invocation, net::TransportError> next();
  Posted reply(const Invocation& invocation, const InvocationHandler& handler);
  Posted post(const std::string& path, std::string_view body, const http::Headers& headers = {});
  Posted post_error(const std::string& path, std::string_view type, std::string_view message);

  std::string base_url_;
  net::Transport& transport_;
  Clock& clock_;
  Log& log_;
  bool cold_start_ = true;
};

}  // namespace users::lambda
