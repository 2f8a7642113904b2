#include "core/http/query_reader.h"

#include <gmock/gmock.h>

#include "core/support/fields.h"
#include "tests/support/matchers.h"
#include "tests/support/requests.h"

namespace serverless::http::testing {
namespace {

using serverless::testing::a_get;
using serverless::testing::IsInvalid;
using ::testing::ElementsAre;

Result<bool> faults_of(QueryReader query) {
  return std::move(query).value_or_problem(true);
}

TEST(QueryReader, ReadsParameters) {
  const Request request = a_get().query("status", "open").query("size", "7").query("empty", "");
  QueryReader query(request);
  EXPECT_EQ(query.text("status"), "open");
  EXPECT_EQ(query.text("empty"), "");
  EXPECT_EQ(query.integer("size", 1, 10), 7);
  EXPECT_EQ(query.checked("status", one_of<"open", "paid">), "open");
  EXPECT_TRUE(query.has("status") && query.has("empty"));
  EXPECT_TRUE(faults_of(query));
}

TEST(QueryReader, ReturnsNothingForAbsentParameters) {
  const Request request = a_get();
  QueryReader query(request);
  EXPECT_EQ(query.text("status"), std::nullopt);
  EXPECT_EQ(query.integer("status", 1, 10), std::nullopt);
  EXPECT_EQ(query.checked("status", one_of<"open">), std::nullopt);
  EXPECT_FALSE(query.has("status"));
  EXPECT_TRUE(faults_of(query));
}

TEST(QueryReader, ReturnsNothingForAParameterAtFault) {
  const Request request = a_get().query("status", "lost").query("size", "11").query("count", "1.0");
  QueryReader query(request);
  EXPECT_EQ(query.checked("status", one_of<"open", "paid">), std::nullopt);
  EXPECT_EQ(query.integer("size", 1, 10), std::nullopt);
  EXPECT_EQ(query.integer("count", 1, 10), std::nullopt);
  EXPECT_THAT(faults_of(query).error().errors,
              ElementsAre(FieldError{"status", "invalid_format", "must be one of open, paid"},
                          FieldError{"size", "out_of_range", "must be from 1 to 10"},
                          FieldError{"count", "invalid_format", "must be a whole number"}));
}

TEST(QueryReader, RefusesARepeatedParameterThatIsRead) {
  const Request request = a_get().query("size", "7").query("size", "7");
  QueryReader query(request);
  EXPECT_TRUE(query.has("size"));
  EXPECT_TRUE(faults_of(query));
  EXPECT_EQ(query.integer("size", 1, 10), std::nullopt);
  EXPECT_THAT(faults_of(query), IsInvalid("size", "invalid_format"));
}

}  // namespace
}  // namespace serverless::http::testing
