#include "function.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <system_error>
#include <utility>

#include "child_process.h"
#include "core/support/ids.h"

namespace serverless::local_api {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

/// The time that Lambda allows for the initialization, up to the request for the first invocation.
/// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
constexpr std::chrono::seconds init_limit(10);

/// The time that API Gateway waits for a function, for any reason.
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
constexpr std::chrono::seconds queue_limit(29);

constexpr const char* output_hint = "see the output of the function in this log";

/// Returns `count` digits, at most 32.
std::string random_hex_digits(std::size_t count) {
  std::string digits = RandomIds().new_uuid();
  std::erase(digits, '-');
  return digits.substr(0, count);
}

/// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
std::string new_trace_id(Instant now) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  return fmt::format("Root=1-{:08x}-{};Parent={};Sampled=0", seconds, random_hex_digits(24),
                     random_hex_digits(16));
}

}  // namespace

/// An invocation, on the stack of the thread that waits for its outcome.
struct Function::Pending {
  std::string event;
  /// The environment that serves the invocation; null while it waits in the queue.
  Environment* environment = nullptr;
  /// The time at which the invocation times out, once an environment serves it.
  SteadyTime deadline = {};
  std::optional<Outcome> outcome = {};
  /// Signals that an environment serves the invocation, or that it has an outcome. Each invocation has its
  /// own: waking the whole queue for each step of one invocation takes longer than serving it.
  std::condition_variable progressed = {};

  void settle(Outcome settled) {
    outcome = std::move(settled);
    progressed.notify_one();
  }
};

struct Function::Environment {
  enum class State {
    /// Has not requested its first invocation yet.
    starting,
    /// Waits for an invocation, or has just finished one and is about to request the next.
    idle,
    busy,
    /// Was told to end, or was killed.
    ending,
  };

  std::string name;
  State state = State::starting;
  /// Null unless the process runs.
  ChildProcess* process = nullptr;
  bool has_ended = false;
  bool is_retired = false;
  /// The number of calls of next(): only the latest call receives an invocation.
  std::size_t calls = 0;
  /// The invocation that it serves; null unless it is busy.
  Pending* serving = nullptr;
  /// The id of its latest invocation.
  std::string request_id = {};

  void signal(int number) const {
    if (process != nullptr) process->signal(number);
  }
};

Function::Function(Settings settings, Log& log) : settings_(std::move(settings)), log_(log) {
  for (std::size_t i = 0; i < settings_.max_environments; ++i)
    threads_.emplace_back([this] { run_environments(); });
}

Function::~Function() {
  begin_stop();
  finish_stop(std::chrono::steady_clock::now());
  for (std::thread& thread : threads_) thread.join();
}

Outcome Function::invoke(std::string event) {
  std::unique_lock lock(mutex_);
  if (stopping_) return {Outcome::Kind::failed};
  Pending pending{.event = std::move(event)};
  queue_.push_back(&pending);
  changed_.notify_all();

  const auto has_left_queue = [&] { return pending.environment != nullptr || pending.outcome; };
  if (!pending.progressed.wait_for(lock, queue_limit, has_left_queue)) {
    std::erase(queue_, &pending);
    log_.write(LogLevel::error, fmt::format("no environment of {} became idle within {} s", settings_.name,
                                            queue_limit.count()));
    return {Outcome::Kind::timed_out};
  }
  if (!pending.progressed.wait_until(lock, pending.deadline, [&] { return pending.outcome.has_value(); }))
    time_out(pending);
  return *std::move(pending.outcome);
}

std::optional<Invocation> Function::next(const std::string& name) {
  std::unique_lock lock(mutex_);
  const auto environment = find(name);
  if (environment == nullptr || environment->state == Environment::State::busy) return std::nullopt;
  const std::size_t call = ++environment->calls;
  if (environment->state == Environment::State::starting) environment->state = Environment::State::idle;
  if (environment->is_retired || stopping_) shut_down(*environment);

  const auto is_over = [&] { return environment->has_ended || environment->calls != call; };
  changed_.wait(
      lock, [&] { return is_over() || (environment->state == Environment::State::idle && !queue_.empty()); });
  if (is_over()) return std::nullopt;

  Pending& pending = *queue_.front();
  queue_.pop_front();
  pending.environment = environment.get();
  pending.deadline = std::chrono::steady_clock::now() + settings_.timeout;
  environment->state = Environment::State::busy;
  environment->serving = &pending;
  environment->request_id = RandomIds().new_uuid();
  pending.progressed.notify_one();
  const Instant now = SystemClock().now();
  return Invocation{.request_id = environment->request_id,
                    .trace_id = new_trace_id(now),
                    .deadline = now + settings_.timeout,
                    .event = std::move(pending.event)};
}

Function::CallResult Function::respond(const std::string& name, const std::string& request_id,
                                       std::string payload) {
  const std::lock_guard lock(mutex_);
  const auto environment = find(name);
  const CallResult result = may_finish(environment.get(), request_id);
  if (result == CallResult::accepted) finish(*environment, {Outcome::Kind::responded, std::move(payload)});
  return result;
}

Function::CallResult Function::fail(const std::string& name, const std::string& request_id,
                                    const ReportedError& error) {
  const std::lock_guard lock(mutex_);
  const auto environment = find(name);
  const CallResult result = may_finish(environment.get(), request_id);
  if (result == CallResult::accepted) {
    log_.write(LogLevel::error, fmt::format("{} failed: {}", name, error.message),
               {{"environment", name}, {"lambdaRequestId", request_id}, {"errorType", error.type}});
    finish(*environment, {Outcome::Kind::failed});
  }
  return result;
}

Function::CallResult Function::fail_init(const std::string& name, const ReportedError& error) {
  const std::lock_guard lock(mutex_);
  const auto environment = find(name);
  if (environment == nullptr || environment->state != Environment::State::starting)
    return CallResult::wrong_state;
  log_.write(LogLevel::error, fmt::format("{} failed to initialize: {}", name, error.message),
             {{"environment", name}, {"errorType", error.type}});
  return CallResult::accepted;
}

void Function::retire_environments() {
  const std::lock_guard lock(mutex_);
  for (const auto& environment : environments_) {
    environment->is_retired = true;
    if (environment->state == Environment::State::idle) shut_down(*environment);
  }
}

void Function::begin_stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  for (Pending* pending : std::exchange(queue_, {})) pending->settle({Outcome::Kind::failed});
  for (const auto& environment : environments_) {
    if (environment->state == Environment::State::busy) {
      environment->signal(SIGTERM);  // it may still respond
    } else {
      shut_down(*environment);
    }
  }
  changed_.notify_all();
}

void Function::finish_stop(SteadyTime deadline) {
  std::unique_lock lock(mutex_);
  const auto all_ended = [&] { return environments_.empty(); };
  if (changed_.wait_until(lock, deadline, all_ended)) return;
  for (const auto& environment : environments_) environment->signal(SIGKILL);
  changed_.wait(lock, all_ended);
}

void Function::run_environments() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stopping_ || needs_environment(); });
    if (stopping_) return;
    const auto environment = std::make_shared<Environment>();
    environment->name = fmt::format("{}-{}", settings_.name, ++started_);
    environments_.push_back(environment);

    lock.unlock();
    const std::string ending = run(*environment);
    lock.lock();

    record_end(*environment, ending);
    std::erase(environments_, environment);
    changed_.notify_all();
  }
}

std::string Function::run(Environment& environment) try {
  Variables variables = settings_.variables;
  variables.insert_or_assign("AWS_LAMBDA_RUNTIME_API",
                             fmt::format("{}/environments/{}", settings_.runtime_api, environment.name));
  ChildProcess process(settings_.bootstrap, variables, settings_.output_fd);
  {
    const std::lock_guard lock(mutex_);
    environment.process = &process;
    // A shutdown before this point could not signal the process.
    if (stopping_ || environment.state == Environment::State::ending) process.signal(SIGKILL);
    log_.write(LogLevel::info, fmt::format("started {}", environment.name),
               {{"environment", environment.name}, {"pid", static_cast<std::int64_t>(process.pid())}});
  }
  if (!process.ends_within(init_limit)) {
    const std::lock_guard lock(mutex_);
    if (environment.state == Environment::State::starting) {
      log_.write(LogLevel::error,
                 fmt::format("{} did not request an invocation within {} s and was killed", environment.name,
                             init_limit.count()),
                 {{"environment", environment.name}});
      process.signal(SIGKILL);
    }
  }
  process.ends_within(ChildProcess::forever);
  {
    const std::lock_guard lock(mutex_);
    environment.process = nullptr;
  }
  return process.reap();
} catch (const std::system_error& error) {
  return error.what();
}

void Function::record_end(Environment& environment, const std::string& ending) {
  environment.has_ended = true;
  const auto report = [&](LogLevel level, std::string_view event) {
    log_.write(level, fmt::format("{} {}: {}", environment.name, event, ending),
               {{"environment", environment.name}, {"hint", output_hint}});
  };
  switch (environment.state) {
    case Environment::State::starting:
      report(LogLevel::error, "ended before it requested an invocation");
      if (queue_.empty()) return;
      queue_.front()->settle({Outcome::Kind::failed});
      queue_.pop_front();
      return;
    case Environment::State::idle:
      return report(LogLevel::warn, "ended while it was idle");
    case Environment::State::busy:
      report(LogLevel::error, "ended during an invocation");
      environment.serving->settle({Outcome::Kind::failed});
      return;
    case Environment::State::ending:
      return log_.write(LogLevel::debug, fmt::format("{} ended: {}", environment.name, ending));
  }
}

bool Function::needs_environment() const {
  const auto is_available = [](const auto& environment) {
    return environment->state == Environment::State::starting ||
           environment->state == Environment::State::idle;
  };
  return std::cmp_greater(queue_.size(),
                          std::count_if(environments_.begin(), environments_.end(), is_available));
}

std::shared_ptr<Function::Environment> Function::find(const std::string& name) const {
  const auto found = std::find_if(environments_.begin(), environments_.end(),
                                  [&](const auto& environment) { return environment->name == name; });
  return found == environments_.end() ? nullptr : *found;
}

Function::CallResult Function::may_finish(const Environment* environment, const std::string& request_id) {
  if (environment == nullptr || environment->request_id != request_id) return CallResult::unknown_request;
  return environment->state == Environment::State::busy ? CallResult::accepted : CallResult::wrong_state;
}

void Function::finish(Environment& environment, Outcome outcome) {
  environment.serving->settle(std::move(outcome));
  environment.serving = nullptr;
  // When the function is stopping, the environment has received SIGTERM and ends by itself.
  environment.state = stopping_ ? Environment::State::ending : Environment::State::idle;
}

void Function::time_out(Pending& pending) {
  Environment& environment = *pending.environment;
  log_.write(LogLevel::error,
             fmt::format("{} timed out after {} s and was killed", environment.name,
                         std::chrono::duration_cast<std::chrono::seconds>(settings_.timeout).count()),
             {{"environment", environment.name},
              {"lambdaRequestId", environment.request_id},
              {"hint", "the limit is the function's Timeout in the template"}});
  environment.serving = nullptr;
  environment.state = Environment::State::ending;
  environment.signal(SIGKILL);
  pending.outcome = {Outcome::Kind::timed_out};
}

void Function::shut_down(Environment& environment) {
  environment.state = Environment::State::ending;
  environment.signal(SIGTERM);
  changed_.notify_all();
}

}  // namespace serverless::local_api
