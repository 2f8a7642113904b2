#pragma once

#include <memory>
#include <string>
#include <utility>

#include "core/app/application.h"
#include "tests/support/captured_log.h"
#include "tests/support/fakes.h"

namespace serverless::testing {

/// An application whose parts are fakes.
class TestApplication {
 public:
  TestApplication() {
    configuration.allowed_origin = "https://example.com";
    configuration.region = "eu-central-1";
    configuration.dynamodb_endpoint = "http://dynamodb.test";
    configuration.function_name = "GetOrder";
  }

  /// Sends requests to DynamoDB through `peer` instead of `transport`.
  explicit TestApplication(net::Transport& peer) : TestApplication() { peer_ = &peer; }

  std::unique_ptr<Application> make(const BoundEndpoint& endpoint) {
    return std::make_unique<Application>(
        endpoint, ApiNames{.realm = "orders", .metrics_namespace = "OrdersApi", .user_agent = "orders-api/1"},
        configuration, environment,
        Platform{.transport = *peer_,
                 .issuer_transport = issuer,
                 .clock = clock,
                 .ids = ids,
                 .random = random,
                 .log = log.log});
  }

  /// The first invocation of a function, with ten seconds left.
  lambda::Invocation invocation(std::string payload) const {
    return {.request_id = "invocation-1",
            .deadline = clock.now() + milliseconds(10'000),
            .cold_start = true,
            .payload = std::move(payload)};
  }

  Configuration configuration;
  FakeEnvironment environment{{{"TABLE_NAME", "Orders"}, {"CLAIMS_TABLE_NAME", "OrderClaims"}}};
  ScriptedTransport transport;
  ScriptedTransport issuer;
  FakeClock clock;
  FakeIds ids;
  FakeRandom random;
  CapturedLog log;

 private:
  net::Transport* peer_ = &transport;
};

}  // namespace serverless::testing
