#include "users/listing_request.h"

#include <gmock/gmock.h>

#include "tests/support/requests.h"
#include "tests/support/text.h"
#include "tests/support/users/fakes.h"
#include "tests/support/users/matchers.h"
#include "users/page_position.h"

namespace users::testing {
namespace {

using serverless::FieldError;
using serverless::testing::times;

using ::testing::ElementsAre;
using ::testing::Field;

/// Reads a request for all users.
Result<ListAll> paging(const http::Request& request) {
  return listing_request(request).map([](const ListingRequest& all) { return std::get<ListAll>(all); });
}

TEST(Paging, StartsWithAPageOf25UsersByDefault) {
  const auto page = paging(a_get());
  ASSERT_TRUE(page);
  EXPECT_EQ(page->page_size, 25);
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
    EXPECT_EQ(paging(a_get().query("pageSize", text)).value().page_size, size) << text;
    EXPECT_EQ(paging(a_get().query("limit", text)).value().page_size, size) << text;
  }
}

TEST(Paging, RejectsOtherPageSizes) {
  constexpr std::pair<const char*, const char*> cases[] = {
      {"0", "out_of_range"},
      {"000", "out_of_range"},
      {"101", "out_of_range"},
      {"4294967297", "out_of_range"},  // 2^32 + 1
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

TEST(Paging, RejectsPageSizeTogetherWithLimit) {
  EXPECT_THAT(paging(a_get().query("pageSize", "7").query("limit", "7")),
              IsInvalid("limit", "invalid_format"));
}

TEST(Paging, ContinuesFromAToken) {
  const std::string token = to_page_token(ada().id);
  EXPECT_EQ(paging(a_get().query("nextToken", token)).value().after, ada().id);
  const auto page = paging(a_get().query("nextToken", token).query("pageSize", "3"));
  EXPECT_EQ(page.value().after, ada().id);
  EXPECT_EQ(page.value().page_size, 3);
}

TEST(Paging, RejectsAnInvalidToken) {
  for (const std::string& token :
       {std::string(), std::string("x"), to_page_token(ada().id) + "=", ada().id.text()})
    EXPECT_THAT(paging(a_get().query("nextToken", token)), IsInvalid("nextToken", "invalid_format")) << token;
}

TEST(Paging, RejectsRepeatedParameters) {
  const std::string token = to_page_token(ada().id);
  EXPECT_THAT(paging(a_get().query("pageSize", "7").query("pageSize", "7")),
              IsInvalid("pageSize", "invalid_format"));
  EXPECT_THAT(paging(a_get().query("limit", "7").query("limit", "8")), IsInvalid("limit", "invalid_format"));
  EXPECT_THAT(paging(a_get().query("nextToken", token).query("nextToken", token)),
              IsInvalid("nextToken", "invalid_format"));
}

TEST(Paging, ReportsEveryInvalidParameter) {
  const auto page = paging(a_get().query("nextToken", "x").query("pageSize", "0"));
  ASSERT_FALSE(page);
  EXPECT_THAT(page.error().errors,
              ElementsAre(Field(&FieldError::field, "pageSize"), Field(&FieldError::field, "nextToken")));
}

TEST(Paging, IgnoresUnknownParameters) {
  EXPECT_TRUE(paging(a_get().query("unknown", "1").query("unknown", "2").query("PAGESIZE", "0")));
}

TEST(Listing, FindsByEmail) {
  EXPECT_EQ(std::get<FindByEmail>(listing_request(a_get().query("email", "Ada+x@Example.com")).value()).email,
            "Ada+x@Example.com");
}

TEST(Listing, RejectsAnInvalidEmail) {
  for (const char* text : {"", "ada", "ada@", "ada@example.com ", "ada x@example.com"})
    EXPECT_THAT(listing_request(a_get().query("email", text)), IsInvalid("email", "invalid_format"));
  EXPECT_THAT(listing_request(a_get().query("email", "a@example.com").query("email", "a@example.com")),
              IsInvalid("email", "invalid_format"));
}

TEST(Listing, ByEmailRejectsOtherParameters) {
  for (const char* name : {"namePrefix", "pageSize", "limit", "nextToken"})
    EXPECT_THAT(listing_request(a_get().query("email", "ada@example.com").query(name, "1")),
                IsInvalid(name, "invalid_format"));
  EXPECT_TRUE(listing_request(a_get().query("email", "ada@example.com").query("sort", "name")));
}

TEST(Listing, ByARepeatedEmailRejectsOtherParameters) {
  const auto listing = listing_request(
      a_get().query("email", "a@example.com").query("email", "a@example.com").query("pageSize", "7"));
  ASSERT_FALSE(listing);
  EXPECT_THAT(listing.error().errors,
              ElementsAre(Field(&FieldError::field, "email"), Field(&FieldError::field, "pageSize")));
}

ListByNamePrefix by_name(const http::Request& request) {
  return std::get<ListByNamePrefix>(listing_request(request).value());
}

TEST(Listing, ListsByNamePrefix) {
  EXPECT_EQ(by_name(a_get().query("namePrefix", "JosÉ ")).prefix, "jose ");
  EXPECT_EQ(by_name(a_get().query("namePrefix", "a")).page_size, 25);
  EXPECT_EQ(by_name(a_get().query("namePrefix", "a").query("pageSize", "7")).page_size, 7);
  EXPECT_EQ(by_name(a_get().query("namePrefix", "a").query("limit", "8")).page_size, 8);
  EXPECT_EQ(by_name(a_get().query("namePrefix", "a")).after, std::nullopt);
}

TEST(Listing, RejectsAnInvalidNamePrefix) {
  EXPECT_EQ(by_name(a_get().query("namePrefix", times(100, "名"))).prefix, times(100, "名"));
  const std::pair<std::string, const char*> cases[] = {
      {"", "too_short"},          {times(101, "名"), "too_long"}, {"a\tb", "invalid_format"},
      {"\xC3", "invalid_format"}, {"\u0085", "invalid_format"},
  };
  for (const auto& [text, code] : cases)
    EXPECT_THAT(listing_request(a_get().query("namePrefix", text)), IsInvalid("namePrefix", code)) << text;
}

TEST(Listing, ByAnInvalidNamePrefixLeavesTheTokenUnchecked) {
  for (const auto& request :
       {a_get().query("namePrefix", "").query("nextToken", "x"),
        a_get().query("namePrefix", "a").query("namePrefix", "a").query("nextToken", "x")})
    EXPECT_THAT(listing_request(request).error().errors,
                ElementsAre(Field(&FieldError::field, "namePrefix")));
}

TEST(Listing, ByNamePrefixContinuesFromItsOwnToken) {
  const NamePosition after = users::name_position(ada().id, ada().values.name);
  const auto request = [](const std::string& token) {
    return a_get().query("namePrefix", "ADA").query("nextToken", token);
  };
  EXPECT_EQ(by_name(request(to_page_token("ada", after))).after, after);
  for (const auto& token :
       {to_page_token(ada().id), to_page_token("ad", after), to_page_token("ada ", after), std::string()})
    EXPECT_THAT(listing_request(request(token)), IsInvalid("nextToken", "invalid_format")) << token;
  EXPECT_THAT(listing_request(a_get().query("nextToken", to_page_token("ada", after))),
              IsInvalid("nextToken", "invalid_format"));
}

}  // namespace
}  // namespace users::testing
