#include <fmt/format.h>
#include <unistd.h>

#include "core/app/configuration.h"
#include "core/dynamodb/table_creator.h"
#include "core/dynamodb/table_finder.h"
#include "core/dynamodb/table_reader.h"
#include "core/dynamodb/table_remover.h"
#include "core/dynamodb/table_updater.h"
#include "core/net/http_client.h"
#include "tests/contract/user_store_contract.h"
#include "tests/contract/versioned_table_contract.h"

/// The contracts on a real DynamoDB. The environment variables of the functions configure its endpoint.
namespace serverless::testing {
namespace {

/// Two tables that exist while this object does.
class DynamoDbTableUnderTest final : public TableUnderTest {
 public:
  static std::unique_ptr<TableUnderTest> make(const dynamodb::Table& layout, const IndexDefinition& index) {
    return std::make_unique<DynamoDbTableUnderTest>(layout, index);
  }

  DynamoDbTableUnderTest(const dynamodb::Table& layout, const IndexDefinition& index)
      : table_(with_new_names(layout)) {
    call(
        "CreateTable", table_.name,
        fmt::format(
            R"("AttributeDefinitions":[{{"AttributeName":"{0}","AttributeType":"S"}},)"
            R"({{"AttributeName":"{2}","AttributeType":"S"}},{{"AttributeName":"{3}","AttributeType":"S"}}],)"
            R"("KeySchema":[{{"AttributeName":"{0}","KeyType":"HASH"}}],"BillingMode":"PAY_PER_REQUEST",)"
            R"("GlobalSecondaryIndexes":[{{"IndexName":"{1}","Projection":{{"ProjectionType":"ALL"}},"KeySchema":[)"
            R"({{"AttributeName":"{2}","KeyType":"HASH"}},{{"AttributeName":"{3}","KeyType":"RANGE"}}]}}])",
            table_.key_attribute, index.name, index.partition_key, index.sort_key));
    call("CreateTable", table_.claims_name,
         R"("AttributeDefinitions":[{"AttributeName":"claim","AttributeType":"S"}],)"
         R"("KeySchema":[{"AttributeName":"claim","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST")");
  }
  ~DynamoDbTableUnderTest() override {
    call("DeleteTable", table_.name, "");
    call("DeleteTable", table_.claims_name, "");
  }

  TablePorts ports() override { return {reader_, creator_, updater_, remover_, finder_}; }

 private:
  void call(std::string_view operation, std::string_view table, std::string_view members) {
    const auto output = client_.call(
        operation, fmt::format(R"({{"TableName":"{}"{}{}}})", table, members.empty() ? "" : ",", members));
    EXPECT_TRUE(output) << operation << ": " << output.error().message;
  }

  static dynamodb::Table with_new_names(dynamodb::Table table) {
    table.name += "-" + RandomIds().new_uuid();
    table.claims_name = table.name + "-claims";
    return table;
  }

  dynamodb::TableAccess access() { return {.client = client_, .ids = ids_, .table = table_}; }

  dynamodb::Table table_;
  Configuration configuration_ = Configuration::from(ProcessEnvironment());
  RandomIds ids_;
  SystemClock clock_;
  Deadline deadline_{clock_};
  SystemRandom random_;
  Log log_{clock_, LogLevel::warn, STDERR_FILENO};
  net::HttpClient http_{"tests", clock_};
  dynamodb::Client client_{configuration_.dynamodb_endpoint,
                           dynamodb::Signer(configuration_.credentials, configuration_.region),
                           http_,
                           clock_,
                           deadline_,
                           random_,
                           log_};
  dynamodb::TableReader reader_{access()};
  dynamodb::TableCreator creator_{access()};
  dynamodb::TableUpdater updater_{access()};
  dynamodb::TableRemover remover_{access()};
  dynamodb::TableFinder finder_{access()};
};

}  // namespace

INSTANTIATE_TEST_SUITE_P(DynamoDb, VersionedTableContract, ::testing::Values(DynamoDbTableUnderTest::make));

}  // namespace serverless::testing

namespace users::testing {

INSTANTIATE_TEST_SUITE_P(DynamoDb, UserStoreContract,
                         ::testing::Values(serverless::testing::DynamoDbTableUnderTest::make));

}  // namespace users::testing
