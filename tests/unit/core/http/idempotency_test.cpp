#include "core/http/idempotency.h"

#include <gmock/gmock.h>

#include <set>

#include "tests/support/dish.h"
#include "tests/support/fakes.h"
#include "tests/support/matchers.h"
#include "tests/support/requests.h"

namespace serverless::http::testing {
namespace {

using namespace serverless::testing;

Result<std::optional<std::string>> key_in(std::string_view header) {
  return idempotency_key(a_post().header("Idempotency-Key", header));
}

TEST(IdempotencyKey, IsOptional) {
  EXPECT_EQ(idempotency_key(a_post()).value(), std::nullopt);
}

TEST(IdempotencyKey, ConsistsOfVisibleAscii) {
  for (const std::string& key : {std::string("k"), std::string("8e03978e-40d5-43dd-bc93-6894a57f9324"),
                                 std::string("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"), std::string(64, 'x')})
    EXPECT_EQ(key_in(key).value(), key);
}

TEST(IdempotencyKey, IsRejectedWithOtherCharactersOrAnotherLength) {
  for (const std::string& key :
       {std::string(), std::string(65, 'x'), std::string("two words"), std::string("tab\t"),
        std::string("\x7F"), std::string("é"), std::string("\0", 1)})
    EXPECT_THAT(key_in(key), IsInvalid("Idempotency-Key", "invalid_format")) << key;
}

TEST(IdempotencyKey, StatesItsLimitsWhenItIsRejected) {
  EXPECT_THAT(key_in("").error().errors,
              ::testing::ElementsAre(FieldError{"Idempotency-Key", "invalid_format",
                                                "must be 1 to 64 visible ASCII characters"}));
}

TEST(IdempotencyKey, IsRejectedWhenSentTwice) {
  EXPECT_THAT(idempotency_key(a_post().header("Idempotency-Key", "a").header("idempotency-key", "b")),
              IsInvalid("Idempotency-Key", "invalid_format"));
}

IdempotencyRecord record_of(std::string_view caller, std::string_view key,
                            std::string_view values = "values") {
  return idempotency_record(caller, key, values, FakeClock().now());
}

TEST(IdempotencyRecord, IsEqualForEqualRequests) {
  EXPECT_EQ(record_of("caller", "key"), record_of("caller", "key"));
}

TEST(IdempotencyRecord, DistinguishesCallersAndKeys) {
  std::set<std::string> digests;
  for (const auto& [caller, key] : std::initializer_list<std::pair<const char*, const char*>>{
           {"", "key"}, {"", "KEY"}, {"caller", "key"}, {"callerk", "ey"}, {"caller", ""}})
    EXPECT_TRUE(digests.insert(record_of(caller, key).digest).second) << caller << " " << key;
}

TEST(IdempotencyRecord, DistinguishesValues) {
  EXPECT_NE(record_of("", "key", "a").fingerprint, record_of("", "key", "b").fingerprint);
  EXPECT_EQ(record_of("", "key", "a").digest, record_of("", "key", "b").digest);
}

TEST(IdempotencyRecord, RevealsNeitherCallerNorKey) {
  // printf 'caller\037key' | sha256sum
  EXPECT_EQ(record_of("caller", "key").digest,
            "a9bb7b7e67c0ecb463a8c0876cb8f9a0949d7be54b4c18ac3b80991d1c977eaa");
}

TEST(IdempotencyRecord, IsValidForMoreThanADay) {
  EXPECT_EQ(record_of("", "key").requested_at, FakeClock().now());
  EXPECT_EQ(record_of("", "key").expires_at, FakeClock().now() + std::chrono::hours(25));
}

TEST(CanonicalText, ContainsTheFieldsThatHaveAValue) {
  EXPECT_EQ(canonical_text(soup()), R"({"title":"Soup","price":450,"vegan":true})");
}

TEST(CanonicalText, MayPutSomeFieldsBeforeTheOthers) {
  EXPECT_EQ(canonical_text(full_dish(), {"title", "price", "heat"}),
            "Mapo tofu\x1f"
            "1290\x1f"
            R"(5{"vegan":false,"note":"","origin":"四川","cold":false})");
}

TEST(CanonicalText, KeepsThePlaceOfAnAbsentOrRemovedField) {
  EXPECT_EQ(canonical_text(soup(), {"title", "gone", "price", "heat", "vegan"}),
            "Soup\x1f\x1f"
            "450\x1f\x1f"
            "1");
}

}  // namespace
}  // namespace serverless::http::testing
