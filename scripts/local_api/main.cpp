#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "core/support/clock.h"
#include "core/support/log.h"
#include "docs.h"
#include "function.h"
#include "gateway.h"
#include "http_server.h"
#include "options.h"
#include "rebuild_watch.h"
#include "runtime_api.h"
#include "template.h"
#include "variables.h"

namespace serverless::local_api {
namespace {

using Functions = std::map<std::string, std::unique_ptr<Function>>;

/// The time that a function has to end after SIGTERM, as on Lambda.
constexpr std::chrono::milliseconds shutdown_limit(500);

/// The number of requests that are served, or wait for an environment, at a time; further ones wait to be
/// read.
constexpr std::size_t max_requests = 128;

/// Returns the name of the function's folder: "create_user" for "CreateUser".
std::string snake_case(std::string_view logical_id) {
  std::string name;
  for (const char c : logical_id) {
    const bool is_upper = c >= 'A' && c <= 'Z';
    if (is_upper && !name.empty()) name.push_back('_');
    name.push_back(is_upper ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return name;
}

std::filesystem::path bootstrap_of(const FunctionTemplate& function, const Options& options) {
  auto file = absolute(options.build_dir / "functions" / snake_case(function.logical_id) / "bootstrap");
  if (access(file.c_str(), X_OK) != 0)
    throw SetupError(
        fmt::format("{} is not built: {} is not an executable file", function.logical_id, file.string()));
  return file;
}

std::string region_from(const Variables& inherited, const Options& options) {
  for (const Variables* variables : {&options.variables, &inherited})
    if (const auto found = variables->find("AWS_REGION"); found != variables->end()) return found->second;
  return "us-east-1";
}

int open_log(const std::filesystem::path& file) {
  if (file.empty()) return STDERR_FILENO;
  const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0)
    throw SetupError(
        fmt::format("cannot write {}: {}", file.string(), std::generic_category().message(errno)));
  return fd;
}

/// The signals that end the program. They are blocked before the first thread starts, so that only wait()
/// receives them.
class EndSignals {
 public:
  EndSignals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  }

  void wait() const {
    int number = 0;
    sigwait(&set_, &number);
  }

 private:
  sigset_t set_{};
};

void serve(const Options& options) {
  const EndSignals end_signals;
  const int log_fd = open_log(options.log_file);
  const SystemClock clock;
  Log log(clock, LogLevel::info, log_fd);

  const Variables inherited = inherited_variables();
  const std::string region = region_from(inherited, options);
  const Template description = read_template(options.template_file, options.variables, region);

  Functions functions;
  const RuntimeApi runtime_api(functions, region);
  HttpServer runtime_server(
      {.host = "127.0.0.1",
       .port = 0,
       // An environment has one connection, and a second one while it reconnects.
       .threads = 2 * options.max_environments * description.functions.size(),
       .max_body_bytes = RuntimeApi::max_response_bytes,
       .keep_alive = true},
      [&](const HttpRequest& request) { return runtime_api.respond(request); }, RuntimeApi::reject);
  for (const FunctionTemplate& function : description.functions) {
    const auto bootstrap = bootstrap_of(function, options);
    functions.emplace(
        function.logical_id,
        std::make_unique<Function>(
            Function::Settings{.name = function.logical_id,
                               .bootstrap = bootstrap,
                               .timeout = function.timeout,
                               .max_environments = options.max_environments,
                               .runtime_api = fmt::format("127.0.0.1:{}", runtime_server.port()),
                               .variables = function_variables(function, bootstrap.parent_path(), region,
                                                               inherited, options.variables),
                               .output_fd = log_fd},
            log));
  }
  const Gateway gateway(description, functions, log);
  std::optional<Docs> docs;
  if (!options.docs_viewer.empty())
    docs.emplace(options.template_file.parent_path() / "openapi.yaml", options.docs_viewer);
  HttpServer server(
      {.host = options.host,
       .port = options.port,
       .threads = max_requests,
       .max_body_bytes = Gateway::max_body_bytes,
       .keep_alive = false},
      [&](const HttpRequest& request) {
        std::optional<HttpResponse> page;
        if (docs && !gateway.has_path_of(request)) page = docs->respond(request);
        return page ? *std::move(page) : gateway.respond(request);
      },
      [&](int status) { return gateway.reject(status); });
  std::optional<RebuildWatch> rebuild_watch;
  if (options.watch) rebuild_watch.emplace(functions, log);

  runtime_server.start();
  server.start();
  fmt::print("listening on http://{}:{}\n", options.host, server.port());
  std::fflush(stdout);

  end_signals.wait();
  server.stop();
  const auto deadline = std::chrono::steady_clock::now() + shutdown_limit;
  for (const auto& [name, function] : functions) function->begin_stop();
  for (const auto& [name, function] : functions) function->finish_stop(deadline);
}

int run(const std::vector<std::string>& arguments) {
  try {
    const Options options = parse_options(arguments);
    if (options.help) {
      fmt::print("{}", usage);
    } else {
      serve(options);
    }
    return 0;
  } catch (const SetupError& error) {
    fmt::print(stderr, "local_api: {}\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "local_api: {}\n", error.what());
    return 1;
  }
}

}  // namespace
}  // namespace serverless::local_api

int main(int argc, char** argv) {
  return serverless::local_api::run({argv + 1, argv + argc});
}
