#include "http/idempotency_key.h"

#include <gmock/gmock.h>

#include "tests/support/matchers.h"
#include "tests/support/requests.h"

namespace users::http::testing {
namespace {

using namespace users::testing;

Result<std::optional<std::string>> key_in(std::string_view header) {
  return idempotency_key(a_post().header("Idempotency-Key", header));
}

TEST(IdempotencyKey, NeedNotBeThere) {
  EXPECT_EQ(idempotency_key(a_post()).value(), std::nullopt);
}

TEST(IdempotencyKey, IsVisibleAscii) {
  for (const std::string& key : {std::string("k"), std::string("8e03978e-40d5-43dd-bc93-6894a57f9324"),
                                 std::string("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"), std::string(64, 'x')})
    EXPECT_EQ(key_in(key).value(), key);
}

TEST(IdempotencyKey, IsRefusedOtherwise) {
  for (const std::string& key :
       {std::string(), std::string(65, 'x'), std::string("two words"), std::string("tab\t"),
        std::string("\x7F"), std::string("é"), std::string("\0", 1)})
    EXPECT_THAT(key_in(key), IsInvalid("Idempotency-Key", "invalid_format")) << key;
}

TEST(IdempotencyKey, IsRefusedWhenItIsThereTwice) {
  EXPECT_THAT(idempotency_key(a_post().header("Idempotency-Key", "a").header("idempotency-key", "b")),
              IsInvalid("Idempotency-Key", "invalid_format"));
}

}  // namespace
}  // namespace users::http::testing
