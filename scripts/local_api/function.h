#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/support/clock.h"
#include "core/support/log.h"
#include "template.h"

namespace serverless::local_api {

class ChildProcess;

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
/// each invocation to an environment. Invocations wait in a queue; when one waits and no environment is idle,
/// the function starts another, up to the maximum. An environment serves until it ends, times out or is
/// retired.
///
/// All members are safe to call on any thread.
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
    /// Receives the output of the environments.
    int output_fd;
  };

  /// The result of a call to the Runtime API.
  enum class CallResult { accepted, unknown_request, wrong_state };

  Function(Settings settings, Log& log);
  ~Function();
  Function(const Function&) = delete;
  Function& operator=(const Function&) = delete;

  const std::string& name() const { return settings_.name; }
  const std::filesystem::path& bootstrap() const { return settings_.bootstrap; }

  /// Dispatches the event to an environment and waits for the outcome.
  Outcome invoke(std::string event);

  /// Waits for the next invocation for this environment. Returns nothing when the environment is busy, has
  /// ended or has made a later call.
  std::optional<Invocation> next(const std::string& environment);
  /// Ends the environment's invocation with a response.
  CallResult respond(const std::string& environment, const std::string& request_id, std::string payload);
  /// Ends the environment's invocation with an error.
  CallResult fail(const std::string& environment, const std::string& request_id, const ReportedError& error);
  /// Logs that the environment failed to initialize. Allowed only before its first call of next().
  CallResult fail_init(const std::string& environment, const ReportedError& error);

  /// Ends every environment, after its current invocation if it has one. New environments run the executable
  /// as it is when they start.
  void retire_environments();

  /// Fails all waiting invocations, refuses new ones, and tells all environments to end.
  void begin_stop();
  /// Waits until all environments have ended; kills those that still run at the deadline.
  void finish_stop(std::chrono::steady_clock::time_point deadline);

 private:
  struct Pending;
  struct Environment;

  /// The main function of each thread: runs one environment after another, whenever one is needed.
  void run_environments();
  /// Runs the process of an environment. Returns how it ended.
  std::string run(Environment& environment);

  // With the mutex held:
  void record_end(Environment& environment, const std::string& ending);
  bool needs_environment() const;
  std::shared_ptr<Environment> find(const std::string& name) const;
  static CallResult may_finish(const Environment* environment, const std::string& request_id);
  void finish(Environment& environment, Outcome outcome);
  void time_out(Pending& pending);
  void shut_down(Environment& environment);

  const Settings settings_;
  Log& log_;

  std::mutex mutex_;
  /// Signals a change of the members below, except for the progress of a single invocation.
  std::condition_variable changed_;
  std::deque<Pending*> queue_;
  std::vector<std::shared_ptr<Environment>> environments_;
  std::size_t started_ = 0;
  bool stopping_ = false;

  std::vector<std::thread> threads_;
};

}  // namespace serverless::local_api
