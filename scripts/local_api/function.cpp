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

using Error = boost::system::error_code;

/// The time that Lambda allows for the initialization, which ends when the environment requests its first
/// invocation.
/// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
constexpr std::chrono::seconds init_limit(10);

/// The time that API Gateway waits for a function, whatever the reason.
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

/// An invocation without an outcome.
struct Function::Pending {
  std::string event;
  Done done;
  /// Limits the time in the queue, and then the time in an environment.
  boost::asio::steady_timer timer;

  void settle(Outcome outcome) {
    timer.cancel();
    done(std::move(outcome));
  }
};

struct Function::Environment {
  enum class State {
    /// Has not requested its first invocation yet.
    starting,
    /// Waits for an invocation, or has just finished one and is about to request the next.
    idle,
    busy,
    /// Was sent SIGTERM or SIGKILL.
    ending,
  };

  std::string name;
  boost::asio::steady_timer init_timer;
  State state = State::starting;
  std::unique_ptr<ChildProcess> process = {};
  bool is_retired = false;
  /// Present while it waits for an invocation.
  Deliver deliver = {};
  /// The invocation that it serves; null unless it is busy.
  std::shared_ptr<Pending> serving = {};
  /// The id of its latest invocation.
  std::string request_id = {};

  void signal(int number) {
    if (process) process->signal(number);
  }

  /// Ends its wait for an invocation, if it is waiting.
  void deliver_nothing() {
    if (const Deliver waiting = std::exchange(deliver, {})) waiting(std::nullopt);
  }
};

Function::Function(boost::asio::io_context& io, Settings settings, Log& log)
    : io_(io), settings_(std::move(settings)), log_(log), kill_timer_(io) {}

Function::~Function() = default;

void Function::invoke(std::string event, Done done) {
  if (stopped_) return done({Outcome::Kind::failed});
  const auto pending = std::make_shared<Pending>(
      Pending{.event = std::move(event), .done = std::move(done), .timer = boost::asio::steady_timer(io_)});
  queue_.push_back(pending);
  pending->timer.expires_after(queue_limit);
  pending->timer.async_wait([this, pending](Error cancelled) {
    if (!cancelled) on_queue_limit(pending);
  });
  dispatch();
}

void Function::next(const std::string& name, Deliver deliver) {
  const auto environment = find(name);
  if (environment == nullptr || environment->state == Environment::State::busy) return deliver(std::nullopt);
  environment->deliver_nothing();
  environment->deliver = std::move(deliver);
  if (environment->state == Environment::State::starting) environment->state = Environment::State::idle;
  if (environment->is_retired || stopped_) shut_down(*environment);
  dispatch();
}

Function::CallResult Function::respond(const std::string& name, const std::string& request_id,
                                       std::string payload) {
  const auto environment = find(name);
  const CallResult result = may_finish(environment.get(), request_id);
  if (result == CallResult::accepted) finish(*environment, {Outcome::Kind::responded, std::move(payload)});
  return result;
}

Function::CallResult Function::fail(const std::string& name, const std::string& request_id,
                                    const ReportedError& error) {
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
  const auto environment = find(name);
  if (environment == nullptr || environment->state != Environment::State::starting)
    return CallResult::wrong_state;
  log_.write(LogLevel::error, fmt::format("{} failed to initialize: {}", name, error.message),
             {{"environment", name}, {"errorType", error.type}});
  return CallResult::accepted;
}

void Function::retire_environments() {
  for (const auto& environment : environments_) {
    environment->is_retired = true;
    if (environment->state == Environment::State::idle) shut_down(*environment);
  }
  dispatch();
}

void Function::stop(std::chrono::milliseconds limit, std::function<void()> stopped) {
  stopped_ = std::move(stopped);
  for (const auto& pending : std::exchange(queue_, {})) pending->settle({Outcome::Kind::failed});
  for (const auto& environment : environments_) {
    if (environment->state == Environment::State::busy) {
      environment->signal(SIGTERM);  // it may still respond
    } else {
      shut_down(*environment);
    }
  }
  if (environments_.empty()) return stopped_();
  kill_timer_.expires_after(limit);
  kill_timer_.async_wait([this](Error cancelled) {
    if (cancelled) return;
    for (const auto& environment : environments_) environment->signal(SIGKILL);
  });
}

void Function::dispatch() {
  for (const auto& environment : environments_) {
    if (queue_.empty()) return;
    if (environment->state == Environment::State::idle && environment->deliver) deliver(*environment);
  }
  while (environments_.size() < settings_.max_environments && needs_environment()) start_environment();
}

void Function::deliver(Environment& environment) {
  const auto pending = std::move(queue_.front());
  queue_.pop_front();
  environment.state = Environment::State::busy;
  environment.serving = pending;
  environment.request_id = RandomIds().new_uuid();
  pending->timer.expires_after(settings_.timeout);
  pending->timer.async_wait([this, pending](Error cancelled) {
    if (!cancelled) on_timeout(pending);
  });
  const Instant now = SystemClock().now();
  std::exchange(environment.deliver, {})(Invocation{.request_id = environment.request_id,
                                                    .trace_id = new_trace_id(now),
                                                    .deadline = now + settings_.timeout,
                                                    .event = std::move(pending->event)});
}

bool Function::needs_environment() const {
  const auto is_available = [](const auto& environment) {
    return environment->state == Environment::State::starting ||
           environment->state == Environment::State::idle;
  };
  return std::cmp_greater(queue_.size(),
                          std::count_if(environments_.begin(), environments_.end(), is_available));
}

void Function::start_environment() {
  const auto environment =
      std::make_shared<Environment>(Environment{.name = fmt::format("{}-{}", settings_.name, ++started_),
                                                .init_timer = boost::asio::steady_timer(io_)});
  environments_.push_back(environment);
  try {
    start_process(environment);
  } catch (const std::system_error& error) {
    remove(environment, error.what());
  }
}

void Function::start_process(const std::shared_ptr<Environment>& environment) {
  Variables variables = settings_.variables;
  variables.insert_or_assign("AWS_LAMBDA_RUNTIME_API",
                             fmt::format("{}/environments/{}", settings_.runtime_api, environment->name));
  environment->process =
      std::make_unique<ChildProcess>(io_, settings_.bootstrap, variables, settings_.output_fd);
  environment->process->when_ended([this, environment] { on_end(environment); });
  environment->init_timer.expires_after(init_limit);
  environment->init_timer.async_wait([this, waiting = std::weak_ptr(environment)](Error cancelled) {
    const auto late = waiting.lock();
    if (!cancelled && late != nullptr) on_init_limit(*late);
  });
  log_.write(
      LogLevel::info, fmt::format("started {}", environment->name),
      {{"environment", environment->name}, {"pid", static_cast<std::int64_t>(environment->process->pid())}});
}

void Function::on_init_limit(Environment& environment) {
  if (environment.state != Environment::State::starting) return;
  log_.write(LogLevel::error,
             fmt::format("{} did not request an invocation within {} s and was killed", environment.name,
                         init_limit.count()),
             {{"environment", environment.name}});
  environment.signal(SIGKILL);
}

void Function::on_end(const std::shared_ptr<Environment>& environment) {
  remove(environment, environment->process->reap());
  if (!stopped_) return dispatch();
  if (!environments_.empty()) return;
  kill_timer_.cancel();
  stopped_();
}

void Function::remove(const std::shared_ptr<Environment>& environment, const std::string& ending) {
  environment->process.reset();
  std::erase(environments_, environment);
  report_end(*environment, ending);
  environment->deliver_nothing();
}

void Function::report_end(Environment& environment, const std::string& ending) {
  const auto report = [&](LogLevel level, std::string_view event) {
    log_.write(level, fmt::format("{} {}: {}", environment.name, event, ending),
               {{"environment", environment.name}, {"hint", output_hint}});
  };
  switch (environment.state) {
    case Environment::State::starting: {
      report(LogLevel::error, "ended before it requested an invocation");
      if (queue_.empty()) return;
      const auto failed = std::move(queue_.front());
      queue_.pop_front();
      return failed->settle({Outcome::Kind::failed});
    }
    case Environment::State::idle:
      return report(LogLevel::warn, "ended while it was idle");
    case Environment::State::busy:
      report(LogLevel::error, "ended during an invocation");
      return environment.serving->settle({Outcome::Kind::failed});
    case Environment::State::ending:
      return log_.write(LogLevel::debug, fmt::format("{} ended: {}", environment.name, ending));
  }
}

std::shared_ptr<Function::Environment> Function::find(std::string_view name) const {
  const auto found = std::find_if(environments_.begin(), environments_.end(),
                                  [&](const auto& environment) { return environment->name == name; });
  return found == environments_.end() ? nullptr : *found;
}

Function::CallResult Function::may_finish(const Environment* environment, const std::string& request_id) {
  if (environment == nullptr || environment->request_id != request_id) return CallResult::unknown_request;
  return environment->state == Environment::State::busy ? CallResult::accepted : CallResult::wrong_state;
}

void Function::finish(Environment& environment, Outcome outcome) {
  // When the function is stopping, the environment has received SIGTERM already and will end.
  environment.state = stopped_ ? Environment::State::ending : Environment::State::idle;
  std::exchange(environment.serving, {})->settle(std::move(outcome));
}

void Function::on_queue_limit(const std::shared_ptr<Pending>& pending) {
  if (std::erase(queue_, pending) == 0) return;
  log_.write(LogLevel::error, fmt::format("no environment of {} became idle within {} s", settings_.name,
                                          queue_limit.count()));
  pending->settle({Outcome::Kind::timed_out});
}

void Function::on_timeout(const std::shared_ptr<Pending>& pending) {
  const auto found = std::find_if(environments_.begin(), environments_.end(),
                                  [&](const auto& one) { return one->serving == pending; });
  if (found == environments_.end()) return;
  Environment& environment = **found;
  log_.write(LogLevel::error,
             fmt::format("{} timed out after {} s and was killed", environment.name,
                         std::chrono::duration_cast<std::chrono::seconds>(settings_.timeout).count()),
             {{"environment", environment.name},
              {"lambdaRequestId", environment.request_id},
              {"hint", "the limit is the function's Timeout in the template"}});
  environment.state = Environment::State::ending;
  environment.serving.reset();
  environment.signal(SIGKILL);
  pending->settle({Outcome::Kind::timed_out});
}

void Function::shut_down(Environment& environment) {
  environment.state = Environment::State::ending;
  environment.signal(SIGTERM);
}

}  // namespace serverless::local_api
