#include <fmt/format.h>
#include <unistd.h>

#include "app/configuration.h"
#include "dynamodb/user_store.h"
#include "tests/contract/user_store_contract.h"
#include "tests/support/fakes.h"

/// The contract on a real DynamoDB: by the environment, as for the functions; TABLE_NAME is the beginning of
/// the names of the tables that it makes and removes.
namespace users::testing {
namespace {

class DynamoDbUnderTest final : public StoreUnderTest {
 public:
  DynamoDbUnderTest() {
    call(
        "CreateTable", table_,
        R"("AttributeDefinitions":[{"AttributeName":"userId","AttributeType":"S"},)"
        R"({"AttributeName":"nameInitial","AttributeType":"S"},{"AttributeName":"nameKey","AttributeType":"S"}],)"
        R"("KeySchema":[{"AttributeName":"userId","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST",)"
        R"("GlobalSecondaryIndexes":[{"IndexName":"ByName","Projection":{"ProjectionType":"ALL"},"KeySchema":[)"
        R"({"AttributeName":"nameInitial","KeyType":"HASH"},{"AttributeName":"nameKey","KeyType":"RANGE"}]}])");
    call("CreateTable", claims_table_,
         R"("AttributeDefinitions":[{"AttributeName":"claim","AttributeType":"S"}],)"
         R"("KeySchema":[{"AttributeName":"claim","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST")");
  }
  ~DynamoDbUnderTest() override {
    call("DeleteTable", table_, "");
    call("DeleteTable", claims_table_, "");
  }

  UserStore& store() override { return store_; }

 private:
  void call(std::string_view operation, std::string_view table, std::string_view members) {
    const auto output = client_.call(
        operation, fmt::format(R"({{"TableName":"{}"{}{}}})", table, members.empty() ? "" : ",", members));
    EXPECT_TRUE(output) << operation << ": " << output.error().message;
  }

  Configuration configuration_ = Configuration::from(ProcessEnvironment());
  RandomIds ids_;
  std::string table_ = configuration_.table + "-" + ids_.new_uuid();
  std::string claims_table_ = table_ + "-claims";
  SystemClock clock_;
  SystemRandom random_;
  Log log_{clock_, LogLevel::warn, STDERR_FILENO};
  net::HttpClient http_;
  dynamodb::Client client_{configuration_.dynamodb_endpoint,
                           dynamodb::Signer(configuration_.credentials, configuration_.region),
                           http_,
                           clock_,
                           random_,
                           log_};
  dynamodb::DynamoDbUserStore store_{client_, table_, claims_table_, ids_};
};

std::unique_ptr<StoreUnderTest> dynamodb_table() {
  return std::make_unique<DynamoDbUnderTest>();
}

INSTANTIATE_TEST_SUITE_P(DynamoDb, UserStoreContract, ::testing::Values(dynamodb_table));

}  // namespace
}  // namespace users::testing
