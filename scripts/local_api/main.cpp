#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
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

HttpService service_of(const Gateway& gateway, const std::optional<Docs>& docs) {
  return {.handle =
              [&](HttpRequest request, const Respond& respond) {
                std::optional<HttpResponse> page;
                if (docs && !gateway.has_path_of(request)) page = docs->respond(request);
                page ? respond(*std::move(page)) : gateway.handle(std::move(request), respond);
              },
          .reject = [&](int status) { return gateway.reject(status); },
          .max_body_bytes = Gateway::max_body_bytes};
}

HttpService service_of(const RuntimeApi& runtime_api) {
  return {.handle = [&](const HttpRequest& request,
                        const Respond& respond) { runtime_api.handle(request, respond); },
          .reject = RuntimeApi::reject,
          .max_body_bytes = RuntimeApi::max_response_bytes};
}

/// Stops the functions. Calls `stopped` when all have stopped.
void stop(const Functions& functions, const std::function<void()>& stopped) {
  const auto running = std::make_shared<std::size_t>(functions.size());
  for (const auto& [name, function] : functions)
    function->stop(shutdown_limit, [running, stopped] {
      if (--*running == 0) stopped();
    });
}

void serve(const Options& options) {
  const int log_fd = open_log(options.log_file);
  const SystemClock clock;
  Log log(clock, LogLevel::info, log_fd);

  const Variables inherited = inherited_variables();
  const std::string region = region_from(inherited, options);
  const Template description = read_template(options.template_file, options.variables, region);

  boost::asio::io_context io(1);  // all work is done on this thread
  boost::asio::signal_set end_signals(io, SIGINT, SIGTERM);
  Functions functions;
  const RuntimeApi runtime_api(functions, region);
  HttpServer runtime_server(io, "127.0.0.1", 0, service_of(runtime_api));
  for (const FunctionTemplate& function : description.functions) {
    const auto bootstrap = bootstrap_of(function, options);
    functions.emplace(
        function.logical_id,
        std::make_unique<Function>(
            io,
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
  HttpServer server(io, options.host, options.port, service_of(gateway, docs));
  std::optional<RebuildWatch> rebuild_watch;
  if (options.watch) rebuild_watch.emplace(io, functions, log);

  end_signals.async_wait([&](const boost::system::error_code&, int) {
    server.stop();
    if (rebuild_watch) rebuild_watch->stop();
    stop(functions, [&] { runtime_server.stop(); });
  });
  runtime_server.start();
  server.start();
  fmt::print("listening on http://{}:{}\n", options.host, server.port());
  std::fflush(stdout);
  io.run();  // returns when the servers and the functions have stopped
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
  std::signal(SIGPIPE, SIG_IGN);  // the reader of the log may end first
  return serverless::local_api::run({argv + 1, argv + argc});
}
