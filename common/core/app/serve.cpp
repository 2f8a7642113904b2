#include "core/app/serve.h"

#include <unistd.h>

#include <optional>

#include "core/app/application.h"
#include "core/app/configuration.h"
#include "core/app/process.h"
#include "core/lambda/runtime.h"
#include "core/lambda/termination.h"
#include "core/net/http_client.h"
#include "core/net/system_ca_bundle.h"

namespace serverless {
namespace {

std::string runtime_api(const Environment& environment) {
  const auto address = environment.get("AWS_LAMBDA_RUNTIME_API");
  if (!address) {
    throw ConfigurationError(
        "AWS_LAMBDA_RUNTIME_API",
        "must be set by Lambda; to run the functions on your machine, use scripts/run-local.sh");
  }
  return *address;
}

/// Makes the client trust AWS_CA_BUNDLE or, without it, the system's authorities, because the certificate of
/// an issuer may not chain to Amazon's roots.
void trust_issuers(net::HttpClient& client, const std::optional<std::string>& ca_bundle) {
  if (const auto trusted = ca_bundle ? ca_bundle : net::system_ca_bundle()) client.trust(*trusted);
}

/// Throws ConfigurationError when AWS_CA_BUNDLE has no certificate, or a damaged one. Call it after the first
/// handshake, which reads the file while the server is busy.
void check_ca_bundle(net::HttpClient& client) {
  if (const std::string& fault = client.trust_fault(); !fault.empty())
    throw ConfigurationError("AWS_CA_BUNDLE", "must name a PEM file of certificates: " + fault);
}

/// Serves until SIGTERM. Reports an exception before the first invocation to Lambda.
int run(const BoundEndpoint& endpoint, const ApiNames& names, Clock& clock, Log& log) {
  const ProcessEnvironment environment;
  const lambda::TerminationSignal termination;
  net::HttpClient client(names.user_agent, clock, termination.descriptor());
  lambda::Runtime runtime(runtime_api(environment), client, clock, log);

  RandomIds ids;
  SystemRandom random;
  std::optional<net::HttpClient> issuer;
  std::optional<Application> application;
  try {
    const auto configuration = Configuration::from(environment, endpoint.uses_dynamodb);
    log.set_level(configuration.log_level);
    if (configuration.ca_bundle) client.trust(*configuration.ca_bundle);
    if (configuration.fetches_keys())
      trust_issuers(issuer.emplace(names.user_agent, clock), configuration.ca_bundle);
    application.emplace(endpoint, names, configuration, environment,
                        Platform{.transport = client,
                                 .issuer_transport = issuer ? *issuer : client,
                                 .clock = clock,
                                 .ids = ids,
                                 .random = random,
                                 .log = log});
    application->connect();
    if (configuration.ca_bundle) check_ca_bundle(client);
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

int serve(const BoundEndpoint& endpoint, const ApiNames& names) {
  SystemClock clock;
  Log log(clock, LogLevel::info, STDOUT_FILENO);
  try {
    prepare_process();
    return run(endpoint, names, clock, log);
  } catch (const std::exception& error) {
    log.write(LogLevel::fatal, error.what());
    return 1;
  }
}

}  // namespace serverless
