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

#include "support/clock.h"
#include "support/log.h"
#include "template.h"

namespace users::local_api {

class ChildProcess;

/// What became of an invocation.
struct Outcome {
  enum class Kind { replied, failed, timed_out };

  Kind kind;
  /// What the function replied.
  std::string payload = {};
};

/// An invocation as the runtime gets it.
struct Invocation {
  std::string request_id;
  std::string trace_id;
  Instant deadline;
  std::string event;
};

/// What a runtime says of an error.
struct ReportedError {
  std::string type;
  std::string message;
};

/// One Lambda function: takes invocations, keeps the execution environments that serve them, and hands the
/// ones to the others. Invocations wait in line; an environment is started when one waits and none is free,
/// up to the maximum, and serves until it dies, times out or is retired.
///
/// All members may be called on any thread.
class Function {
 public:
  struct Settings {
    std::string name;
    std::filesystem::path bootstrap;
    std::chrono::milliseconds timeout;
    std::size_t max_environments;
    /// host:port of the Runtime API.
    std::string runtime_api;
    /// What its environments are given, but for AWS_LAMBDA_RUNTIME_API.
    Variables variables;
    /// Where the output of its environments goes.
    int output_fd;
  };

  /// What the Runtime API answers to a call.
  enum class Verdict { taken, unknown_request, wrong_state };

  Function(Settings settings, Log& log);
  ~Function();
  Function(const Function&) = delete;
  Function& operator=(const Function&) = delete;

  const std::string& name() const { return settings_.name; }
  const std::filesystem::path& bootstrap() const { return settings_.bootstrap; }

  /// Has an environment serve the event, and waits for the outcome.
  Outcome invoke(std::string event);

  /// The next invocation for this environment, once there is one; nothing when the environment may not ask.
  std::optional<Invocation> next(const std::string& environment);
  /// The environment replies to its invocation.
  Verdict reply(const std::string& environment, const std::string& request_id, std::string payload);
  /// The environment could not serve its invocation.
  Verdict fail(const std::string& environment, const std::string& request_id, const ReportedError& error);
  /// The environment cannot serve any; it has not asked for one yet.
  Verdict fail_init(const std::string& environment, const ReportedError& error);

  /// Lets every environment finish what it serves and then ends it; the next ones run the program as it is
  /// then.
  void retire_environments();

  /// Takes no more invocations, and tells all environments to end.
  void begin_stop();
  /// Waits for them to end; those that are still there at that time are killed.
  void finish_stop(std::chrono::steady_clock::time_point patience_ends);

 private:
  struct Pending;
  struct Environment;

  /// What each of the threads does: run one environment after the other, whenever one is needed.
  void keep_environments();
  /// Runs an environment from birth to death, and gives how it died.
  std::string run(Environment& environment);
  void bury(Environment& environment, const std::string& ending);

  // With the mutex held:
  bool needs_environment() const;
  std::shared_ptr<Environment> find(const std::string& name) const;
  static Verdict may_finish(const Environment* environment, const std::string& request_id);
  void finish(Environment& environment, Outcome outcome);
  void time_out(Pending& pending);
  void send_away(Environment& environment);

  const Settings settings_;
  Log& log_;

  std::mutex mutex_;
  /// Something below has changed, but for what becomes of one invocation.
  std::condition_variable changed_;
  std::deque<Pending*> queue_;
  std::vector<std::shared_ptr<Environment>> environments_;
  std::size_t started_ = 0;
  bool stopping_ = false;

  std::vector<std::thread> threads_;
};

}  // namespace users::local_api
