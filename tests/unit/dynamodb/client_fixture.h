#pragma once

#include <gmock/gmock.h>

#include "dynamodb/client.h"
#include "tests/support/captured_log.h"
#include "tests/support/fakes.h"

namespace users::dynamodb::testing {

/// A client whose peer is a script.
class DynamoDbClientTest : public ::testing::Test {
 protected:
  users::testing::FakeClock clock_;
  users::testing::FakeRandom random_;
  users::testing::CapturedLog log_;
  users::testing::ScriptedTransport transport_;
  Client client_{"http://dynamodb.test",
                 Signer({"AKID", "secret", {}}, "eu-central-1"),
                 transport_,
                 clock_,
                 random_,
                 log_.log};
};

}  // namespace users::dynamodb::testing
