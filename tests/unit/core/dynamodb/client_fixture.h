#pragma once

#include <gmock/gmock.h>

#include "core/dynamodb/client.h"
#include "tests/support/captured_log.h"
#include "tests/support/fakes.h"

namespace serverless::dynamodb::testing {

/// A client of a scripted server.
class DynamoDbClientTest : public ::testing::Test {
 protected:
  serverless::testing::FakeClock clock_;
  Deadline deadline_{clock_};
  serverless::testing::FakeRandom random_;
  serverless::testing::CapturedLog log_;
  serverless::testing::ScriptedTransport transport_;
  Client client_{"http://dynamodb.test",
                 Signer({"AKID", "secret", {}}, "eu-central-1"),
                 transport_,
                 clock_,
                 deadline_,
                 random_,
                 log_.log};
};

}  // namespace serverless::dynamodb::testing
