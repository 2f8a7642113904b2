#include "core/app/bound_endpoint.h"

#include <gmock/gmock.h>

#include "core/dynamodb/table_reader.h"
#include "tests/support/dynamodb_responses.h"
#include "tests/support/seats.h"
#include "tests/support/test_application.h"

namespace serverless::testing {
namespace {

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

TEST(Bind, GivesTheHandlerAStoreOnTheTableInTheEnvironment) {
  TestApplication parts;
  parts.transport.script = {output(R"({"Item":{"place":{"S":"A7"}}})")};
  const auto application = parts.make(bind<dynamodb::TableReader>(get_seat_endpoint, table_in));
  EXPECT_THAT(application->handle(parts.invocation(R"({"httpMethod":"GET","path":"/seats/1"})")),
              HasSubstr("A7"));
  EXPECT_THAT(parts.transport.sent.at(0).body.value(),
              HasSubstr(R"("TableName":"Orders","Key":{"seatId":{"S":"1"}})"));
}

TEST(Bind, FailsWhenTheEnvironmentDoesNotNameTheTable) {
  TestApplication parts;
  parts.environment = FakeEnvironment(std::map<std::string, std::string>());
  EXPECT_THROW(parts.make(bind<dynamodb::TableReader>(get_seat_endpoint, table_in)), ConfigurationError);
}

}  // namespace
}  // namespace serverless::testing
