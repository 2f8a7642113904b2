#include "app/serve.h"

#include <fmt/format.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <optional>
#include <system_error>

#include "app/configuration.h"
#include "auth/issuer_keys.h"
#include "dynamodb/user_store.h"
#include "lambda/gateway.h"
#include "lambda/metrics.h"
#include "lambda/runtime.h"
#include "lambda/termination.h"
#include "net/http_client.h"
#include "net/system_ca_bundle.h"

namespace users {
namespace {

/// The real parts behind an endpoint, and the way of one invocation through them.
class Application {
 public:
  Application(const Endpoint& endpoint, const Configuration& configuration, net::Transport& http,
              Clock& clock, Log& log)
      : endpoint_(endpoint),
        route_name_(fmt::format("{} {}", endpoint.route.method, endpoint.route.path)),
        allowed_origin_(configuration.allowed_origin),
        function_name_(configuration.function_name),
        clock_(clock),
        log_(log),
        dynamodb_(configuration.dynamodb_endpoint,
                  dynamodb::Signer(configuration.credentials, configuration.region), http, clock, random_,
                  log),
        users_(dynamodb_, configuration.table, configuration.claims_table, ids_) {
    if (configuration.authentication) authenticate(*configuration.authentication, configuration.ca_bundle);
    connect_to_peers();
  }

  std::string handle(const lambda::Invocation& invocation) {
    const auto start = std::chrono::steady_clock::now();
    try {
      auto request = lambda::decode_event(invocation.payload);
      if (!request) throw lambda::InvocationError("Runtime.InvalidEvent", request.error());
      if (request->id.empty()) request->id = invocation.request_id;
      dynamodb_.set_deadline(invocation.deadline);
      if (issuer_keys_) issuer_keys_->set_deadline(invocation.deadline);
      const http::Response response = answer(
          endpoint_, *request, services_, authenticator_ ? &*authenticator_ : nullptr, allowed_origin_, log_);
      std::string reply = lambda::encode_reply(response);
      record(invocation, request->id, response.status, std::chrono::steady_clock::now() - start);
      return reply;
    } catch (...) {
      constexpr int what_the_gateway_answers = 502;
      record(invocation, "", what_the_gateway_answers, std::chrono::steady_clock::now() - start);
      throw;
    }
  }

 private:
  /// Talks to those whom the first request would otherwise wait for. Peers that do not answer hold the start
  /// up for a second in all, of the ten that Lambda gives it.
  void connect_to_peers() {
    constexpr std::chrono::milliseconds longest{1000};
    const Instant end = clock_.now() + longest;
    dynamodb_.connect(longest);
    const std::chrono::milliseconds left = end - clock_.now();
    if (issuer_keys_ && left > left.zero()) issuer_keys_->fetch_in_start(left);
  }

  /// Has requests authenticated from here on. An issuer need not be under Amazon's certificate authorities.
  void authenticate(const AuthenticationSettings& settings, const std::optional<std::string>& ca_bundle) {
    auth::Keys* keys = nullptr;
    if (const auto* set = std::get_if<auth::KeySet>(&settings.keys)) {
      keys = &fixed_keys_.emplace(*set);
    } else {
      issuer_http_.emplace();
      if (const auto trusted = ca_bundle ? ca_bundle : net::system_ca_bundle()) issuer_http_->trust(*trusted);
      keys = &issuer_keys_.emplace(std::get<std::string>(settings.keys), settings.policy.algorithms,
                                   *issuer_http_, clock_, log_);
    }
    authenticator_.emplace(settings.policy, *keys, clock_);
  }

  /// The one line of log and the one of metrics that every invocation leaves.
  void record(const lambda::Invocation& invocation, std::string_view api_request_id, int status,
              std::chrono::duration<double, std::milli> duration) {
    log_.write(LogLevel::info, "request",
               {{"apiRequestId", api_request_id},
                {"route", route_name_},
                {"status", static_cast<std::int64_t>(status)},
                {"durationMs", duration.count()},
                {"coldStart", invocation.cold_start}});
    log_.write_json(lambda::embedded_metrics({.function_name = function_name_,
                                              .status = status,
                                              .latency_ms = duration.count(),
                                              .cold_start = invocation.cold_start},
                                             clock_.now()));
  }

  Endpoint endpoint_;
  std::string route_name_;
  std::string allowed_origin_;
  std::string function_name_;
  Clock& clock_;
  Log& log_;
  RandomIds ids_;
  SystemRandom random_;
  dynamodb::Client dynamodb_;
  dynamodb::DynamoDbUserStore users_;
  Services services_{users_, clock_, ids_};
  std::optional<auth::FixedKeys> fixed_keys_;
  std::optional<net::HttpClient> issuer_http_;
  std::optional<auth::IssuerKeys> issuer_keys_;
  std::optional<auth::Authenticator> authenticator_;
};

/// One request needs as much memory as the next: what a request frees is kept instead of being given back to
/// the system and fetched anew, page by page.
void keep_freed_memory() {
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
  mallopt(M_TOP_PAD, 1 << 20);
}

/// The memory holds credentials, tokens and users. The limit counts where a dump is a file of its own, the
/// other where a program takes it (core(5)).
void leave_no_core_dump() {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0)
    throw std::system_error(errno, std::generic_category(), "core dumps can not be turned off");
}

int run(const Endpoint& endpoint, const Environment& environment, Clock& clock, Log& log) {
  const auto runtime_api = environment.get("AWS_LAMBDA_RUNTIME_API");
  if (!runtime_api) {
    throw ConfigurationError(
        "AWS_LAMBDA_RUNTIME_API is not set: this is a Lambda function; scripts/run-local.sh serves it "
        "locally");
  }
  // A log that nobody reads any more must not end the process.
  std::signal(SIGPIPE, SIG_IGN);
  const lambda::TerminationSignal termination;
  net::HttpClient http(termination.descriptor());
  lambda::Runtime runtime(*runtime_api, http, clock, log);

  std::optional<Application> application;
  try {
    const auto configuration = Configuration::from(environment);
    log.set_level(configuration.log_level);
    if (configuration.ca_bundle) http.trust(*configuration.ca_bundle);
    application.emplace(endpoint, configuration, http, clock, log);
  } catch (const ConfigurationError& error) {
    runtime.report_init_error("Runtime.InvalidConfiguration", error.what());
    return 1;
  } catch (const std::exception& error) {
    runtime.report_init_error("Runtime.InitError", error.what());
    return 1;
  }
  return runtime.run([&](const lambda::Invocation& invocation) { return application->handle(invocation); });
}

}  // namespace

int serve(const Endpoint& endpoint) {
  keep_freed_memory();
  SystemClock clock;
  Log log(clock, LogLevel::info, STDOUT_FILENO);
  try {
    leave_no_core_dump();
    return run(endpoint, ProcessEnvironment(), clock, log);
  } catch (const std::exception& error) {
    log.write(LogLevel::fatal, error.what());
    return 1;
  }
}

}  // namespace users
