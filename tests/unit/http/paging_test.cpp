#include "http/paging.h"

#include <gmock/gmock.h>

#include "tests/support/fakes.h"
#include "tests/support/matchers.h"
#include "tests/support/requests.h"
#include "users/page_token.h"

namespace users::http::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using users::testing::a_get;
using users::testing::ada;
using users::testing::IsInvalid;

TEST(Paging, BeginsWith25UsersWithoutParameters) {
  const auto page = paging(a_get());
  ASSERT_TRUE(page);
  EXPECT_EQ(page->size, 25);
  EXPECT_EQ(page->after, std::nullopt);
}

TEST(Paging, HasPagesOf1To100Users) {
  constexpr std::pair<const char*, int> cases[] = {{"1", 1},
                                                   {"2", 2},
                                                   {"25", 25},
                                                   {"99", 99},
                                                   {"100", 100},
                                                   {"007", 7},
                                                   {"0000000000000000000000100", 100}};
  for (const auto& [text, size] : cases) {
    EXPECT_EQ(paging(a_get().query("pageSize", text)).value().size, size) << text;
    EXPECT_EQ(paging(a_get().query("limit", text)).value().size, size) << text;
  }
}

TEST(Paging, RefusesAnyOtherSize) {
  constexpr std::pair<const char*, const char*> cases[] = {
      {"0", "out_of_range"},
      {"000", "out_of_range"},
      {"101", "out_of_range"},
      {"4294967297", "out_of_range"},  // 1 and 2 to the power of 32
      {"99999999999999999999999999", "out_of_range"},
      {"", "invalid_format"},
      {" ", "invalid_format"},
      {" 7", "invalid_format"},
      {"7 ", "invalid_format"},
      {"+7", "invalid_format"},
      {"-1", "invalid_format"},
      {"7.0", "invalid_format"},
      {"1e1", "invalid_format"},
      {"0x7", "invalid_format"},
      {"7,8", "invalid_format"},
      {"seven", "invalid_format"},
      {"٧", "invalid_format"},
      {"７", "invalid_format"},
  };
  for (const auto& [text, code] : cases) {
    EXPECT_THAT(paging(a_get().query("pageSize", text)), IsInvalid("pageSize", code)) << text;
    EXPECT_THAT(paging(a_get().query("limit", text)), IsInvalid("limit", code)) << text;
  }
}

TEST(Paging, TakesOneOfPageSizeAndLimit) {
  EXPECT_THAT(paging(a_get().query("pageSize", "7").query("limit", "7")),
              IsInvalid("limit", "invalid_format"));
}

TEST(Paging, GoesOnFromAToken) {
  const std::string token = to_page_token(ada().id);
  EXPECT_EQ(paging(a_get().query("nextToken", token)).value().after, ada().id);
  const auto page = paging(a_get().query("nextToken", token).query("pageSize", "3"));
  EXPECT_EQ(page.value().after, ada().id);
  EXPECT_EQ(page.value().size, 3);
}

TEST(Paging, RefusesATokenThatIsNoneOfItsOwn) {
  for (const std::string& token :
       {std::string(), std::string("x"), to_page_token(ada().id) + "=", ada().id.text()})
    EXPECT_THAT(paging(a_get().query("nextToken", token)), IsInvalid("nextToken", "invalid_format")) << token;
}

TEST(Paging, TakesEachParameterOnce) {
  const std::string token = to_page_token(ada().id);
  EXPECT_THAT(paging(a_get().query("pageSize", "7").query("pageSize", "7")),
              IsInvalid("pageSize", "invalid_format"));
  EXPECT_THAT(paging(a_get().query("limit", "7").query("limit", "8")), IsInvalid("limit", "invalid_format"));
  EXPECT_THAT(paging(a_get().query("nextToken", token).query("nextToken", token)),
              IsInvalid("nextToken", "invalid_format"));
}

TEST(Paging, NamesEveryParameterAtFault) {
  const auto page = paging(a_get().query("nextToken", "x").query("pageSize", "0"));
  ASSERT_FALSE(page);
  EXPECT_THAT(page.error().errors,
              ElementsAre(Field(&FieldError::field, "pageSize"), Field(&FieldError::field, "nextToken")));
}

TEST(Paging, IgnoresWhatItDoesNotKnow) {
  EXPECT_TRUE(paging(a_get().query("unknown", "1").query("unknown", "2").query("PAGESIZE", "0")));
}

}  // namespace
}  // namespace users::http::testing
