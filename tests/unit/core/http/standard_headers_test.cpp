#include "core/http/standard_headers.h"

#include <gmock/gmock.h>

#include "tests/support/matchers.h"

namespace serverless::http::testing {
namespace {

using serverless::testing::fields;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

TEST(StandardHeaders, AreAddedToEveryResponse) {
  Response response{.status = 304, .headers = {{"ETag", "\"1\""}}, .body = {}};
  add_standard_headers(response, "request-1", "*");
  EXPECT_THAT(fields(response.headers),
              UnorderedElementsAre(
                  Pair("ETag", "\"1\""), Pair("X-Request-Id", "request-1"), Pair("Cache-Control", "no-store"),
                  Pair("X-Content-Type-Options", "nosniff"), Pair("Access-Control-Allow-Origin", "*"),
                  Pair("Access-Control-Expose-Headers",
                       "ETag, Location, X-Request-Id, Idempotency-Replayed, Retry-After")));
}

TEST(StandardHeaders, VaryByOriginUnlessEveryOriginIsAllowed) {
  Response response;
  add_standard_headers(response, "request-1", "https://example.com");
  EXPECT_EQ(response.headers.get("Access-Control-Allow-Origin"), "https://example.com");
  EXPECT_EQ(response.headers.get("Vary"), "Origin");
}

}  // namespace
}  // namespace serverless::http::testing
