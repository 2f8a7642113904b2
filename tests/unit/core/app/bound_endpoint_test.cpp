#include "core/app/bound_endpoint.h"

#include <gmock/gmock.h>

#include "core/dynamodb/table_reader.h"
#include "tests/support/dynamodb_responses.h"
#include "tests/support/seats.h"
#include "tests/support/test_application.h"
#include "tests/support/udp_receiver.h"

namespace serverless::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

struct SeatStore {
  explicit SeatStore(dynamodb::ItemReader& seats) : table(seats) {}
  dynamodb::ItemReader& table;
};

/// Responds with the place of the seat.
Result<http::Response> get_seat(const http::Request& request, const Services<SeatStore>& services) {
  const auto stored = services.store.table.get(request.path_parameters.at("seatId"));
  return http::Response{
      .status = 200, .headers = {}, .body = std::string(stored->item.string("place").value())};
}

constexpr Endpoint<SeatStore> get_seat_endpoint{{"GET", "/seats/{seatId}"}, "seats:read", get_seat};

dynamodb::Table table_in(const Environment& environment) {
  dynamodb::Table table = seats_table();
  table.name = environment.require("TABLE_NAME");
  return table;
}

TEST(Bind, PassesAStoreOnTheConfiguredTableToTheHandler) {
  TestApplication parts;
  parts.transport.script = {output(R"({"Item":{"place":{"S":"A7"}}})")};
  const auto application = parts.make(bind<dynamodb::TableReader>(get_seat_endpoint, table_in));
  EXPECT_THAT(application->handle(parts.invocation(R"({"httpMethod":"GET","path":"/seats/1"})")),
              HasSubstr("A7"));
  EXPECT_THAT(parts.transport.sent.at(0).body.value(),
              HasSubstr(R"("TableName":"Orders","Key":{"seatId":{"S":"1"}})"));
}

/// Responds with an id for a reservation.
Result<http::Response> reserve(const http::Request&, const Services<>& services) {
  return http::Response{.status = 200, .headers = {}, .body = services.ids.new_uuid()};
}

TEST(Bind, NeedsNeitherATableNorDynamoDbForAHandlerWithoutAStore) {
  TestApplication parts;
  parts.environment = FakeEnvironment(std::map<std::string, std::string>());
  const auto application = parts.make(bind(Endpoint<>{{"POST", "/reservations"}, "seats:write", reserve}));
  application->connect();
  EXPECT_THAT(application->handle(parts.invocation(R"({"httpMethod":"POST","path":"/reservations"})")),
              HasSubstr(FakeIds().new_uuid()));
  EXPECT_TRUE(parts.transport.sent.empty());
}

/// Returns the first invocation, for a seat, in a trace that X-Ray records.
lambda::Invocation traced(const TestApplication& parts) {
  lambda::Invocation invocation = parts.invocation(R"({"httpMethod":"GET","path":"/seats/1"})");
  invocation.trace = {.id = "1-5759e988-bd862e3fe1be46a994272793", .parent_id = "defdfd9912dc5a56"};
  return invocation;
}

TEST(TracedCalls, AreReportedToTheDaemonOfXRayWhenTheInvocationIsSampled) {
  UdpReceiver daemon;
  TestApplication parts;
  parts.configuration.xray_daemon = daemon.address();
  parts.transport.script = {output(R"({"Item":{"place":{"S":"A7"}}})"),
                            output(R"({"Item":{"place":{"S":"A7"}}})"),
                            output(R"({"Item":{"place":{"S":"A7"}}})")};
  const auto application = parts.make(bind<dynamodb::TableReader>(get_seat_endpoint, table_in));
  const auto unsampled = parts.invocation(R"({"httpMethod":"GET","path":"/seats/1"})");

  (void)application->handle(unsampled);
  EXPECT_EQ(daemon.next(), std::nullopt);
  (void)application->handle(traced(parts));
  EXPECT_THAT(daemon.next().value_or(""),
              AllOf(HasSubstr(R"("trace_id":"1-5759e988-bd862e3fe1be46a994272793")"),
                    HasSubstr(R"("parent_id":"defdfd9912dc5a56")"),
                    HasSubstr(R"("region":"eu-central-1","table_name":"Orders")")));
  (void)application->handle(unsampled);
  EXPECT_EQ(daemon.next(), std::nullopt);
}

TEST(TracedCalls, SucceedWithoutADaemon) {
  for (const auto& daemon : {std::optional<std::string>(), std::optional<std::string>("nowhere")}) {
    TestApplication parts;
    parts.configuration.xray_daemon = daemon;
    parts.transport.script = {output(R"({"Item":{"place":{"S":"A7"}}})")};
    const auto application = parts.make(bind<dynamodb::TableReader>(get_seat_endpoint, table_in));
    EXPECT_THAT(application->handle(traced(parts)), HasSubstr("A7"));
    EXPECT_EQ(parts.log.lines().front().find("X-Ray receives no subsegments") != std::string::npos,
              daemon.has_value());
  }
}

TEST(Bind, FailsWhenTheEnvironmentDoesNotNameTheTable) {
  TestApplication parts;
  parts.environment = FakeEnvironment(std::map<std::string, std::string>());
  EXPECT_THROW(parts.make(bind<dynamodb::TableReader>(get_seat_endpoint, table_in)), ConfigurationError);
}

}  // namespace
}  // namespace serverless::testing
