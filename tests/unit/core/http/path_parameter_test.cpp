#include "core/http/path_parameter.h"

#include <gmock/gmock.h>

#include "core/support/ids.h"
#include "tests/support/matchers.h"
#include "tests/support/requests.h"

namespace serverless::http::testing {
namespace {

using serverless::testing::a_get;
using serverless::testing::IsInvalid;

struct OrderId {
  static std::optional<OrderId> parse(std::string_view text) {
    const auto uuid = canonical_uuid(text);
    if (!uuid) return std::nullopt;
    return OrderId{*uuid};
  }
  std::string text;
};

TEST(UuidParameter, IsAUuidRegardlessOfCase) {
  const Request request = a_get().path_parameter("orderId", "0B7A3C55-0000-4000-8000-000000000001");
  EXPECT_EQ(uuid_parameter<OrderId>(request, "orderId")->text, "0b7a3c55-0000-4000-8000-000000000001");
}

TEST(UuidParameter, IsRejectedInOtherForms) {
  for (const char* id :
       {"", "42", "0b7a3c55000040008000000000000001", "{0b7a3c55-0000-4000-8000-000000000001}"})
    EXPECT_THAT(uuid_parameter<OrderId>(a_get().path_parameter("orderId", id), "orderId"),
                IsInvalid("orderId", "invalid_format"))
        << id;
  EXPECT_THAT(uuid_parameter<OrderId>(a_get(), "orderId"), IsInvalid("orderId", "invalid_format"));
}

}  // namespace
}  // namespace serverless::http::testing
