#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/support/clock.h"
#include "core/support/log.h"
#include "template.h"

namespace serverless::local_api {

/// The outcome of an invocation.
struct Outcome {
  enum class Kind { responded, failed, timed_out };

  Kind kind;
  /// The function's response.
  std::string payload = {};
};

/// An invocation as the Runtime API delivers it.
struct Invocation {
  std::string request_id;
  std::string trace_id;
  Instant deadline;
  std::string event;
};

/// An error that a runtime reports.
struct ReportedError {
  std::string type;
  std::string message;
};

/// One Lambda function: accepts invocations, runs the execution environments that serve them, and dispatches
/// each invocation to an environment. Invocations wait in a queue. When an invocation waits and no
/// environment is idle, the function starts another environment, up to the maximum. An environment serves
/// until it ends, times out or is retired.
class Function {
 public:
  struct Settings {
    std::string name;
    std::filesystem::path bootstrap;
    std::chrono::milliseconds timeout;
    std::size_t max_environments;
    /// host:port of the Runtime API.
    std::string runtime_api;
    /// The variables of each environment, without AWS_LAMBDA_RUNTIME_API.
    Variables variables;
    /// The descriptor to which the environments write their output.
    int output_fd;
  };

  /// The result of a call to the Runtime API.
  enum class CallResult { accepted, unknown_request, wrong_state };

  /// Receives the outcome of an invocation.
  using Done = std::function<void(Outcome)>;
  /// Receives the invocation for which an environment waits, or nothing when it gets none.
  using Deliver = std::function<void(std::optional<Invocation>)>;

  Function(boost::asio::io_context& io, Settings settings, Log& log);
  ~Function();
  Function(const Function&) = delete;
  Function& operator=(const Function&) = delete;

  const std::string& name() const { return settings_.name; }
  const std::filesystem::path& bootstrap() const { return settings_.bootstrap; }

  /// Dispatches the event to an environment. Calls `done` once, immediately or later.
  void invoke(std::string event, Done done);

  /// Calls `deliver` once, with the next invocation for this environment. Calls it with nothing when the
  /// environment is busy or does not exist, when it ends, or when it calls next() again.
  void next(const std::string& environment, Deliver deliver);
  /// Ends the environment's invocation with a response.
  CallResult respond(const std::string& environment, const std::string& request_id, std::string payload);
  /// Ends the environment's invocation with an error.
  CallResult fail(const std::string& environment, const std::string& request_id, const ReportedError& error);
  /// Logs that the environment failed to initialize. Allowed only before its first call of next().
  CallResult fail_init(const std::string& environment, const ReportedError& error);

  /// Ends every environment, after its current invocation if it has one. A new environment runs the
  /// executable that exists when it starts.
  void retire_environments();

  /// Fails all waiting invocations, refuses new ones, and sends SIGTERM to all environments. Kills those that
  /// still run after `limit`. Calls `stopped` when all have ended.
  void stop(std::chrono::milliseconds limit, std::function<void()> stopped);

 private:
  struct Pending;
  struct Environment;

  /// Gives waiting invocations to idle environments, and starts environments for the rest.
  void dispatch();
  void deliver(Environment& environment);
  bool needs_environment() const;
  void start_environment();
  void start_process(const std::shared_ptr<Environment>& environment);
  void on_init_limit(Environment& environment);
  void on_end(const std::shared_ptr<Environment>& environment);
  void remove(const std::shared_ptr<Environment>& environment, const std::string& ending);
  void report_end(Environment& environment, const std::string& ending);

  std::shared_ptr<Environment> find(std::string_view name) const;
  static CallResult may_finish(const Environment* environment, const std::string& request_id);
  void finish(Environment& environment, Outcome outcome);
  void on_queue_limit(const std::shared_ptr<Pending>& pending);
  void on_timeout(const std::shared_ptr<Pending>& pending);
  static void shut_down(Environment& environment);

  boost::asio::io_context& io_;
  const Settings settings_;
  Log& log_;

  std::deque<std::shared_ptr<Pending>> queue_;
  std::vector<std::shared_ptr<Environment>> environments_;
  std::size_t started_ = 0;

  boost::asio::steady_timer kill_timer_;
  /// Present once the function is stopping.
  std::function<void()> stopped_;
};

}  // namespace serverless::local_api
