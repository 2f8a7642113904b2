#include "users/page_position.h"

#include <gtest/gtest.h>

#include "core/http/page_token.h"
#include "tests/support/users/fakes.h"

namespace users::testing {
namespace {

using http::page_token;

TEST(UserPageToken, ParsesBackToItsPosition) {
  FakeIds ids;
  for (int i = 0; i < 100; ++i) {
    const UserId id = UserId::make(ids);
    EXPECT_EQ(id_from_page_token(to_page_token(id)), id);
  }
}

TEST(UserPageToken, IsRejectedWhenItsPositionIsNotTheIdOfAUser) {
  const std::string id = ada().id.text();
  EXPECT_EQ(id_from_page_token(page_token("users", id)), ada().id) << "the unchanged position is valid";
  for (const std::string& position :
       {id + "0", id + id, " " + id, std::string("ADA00000-0000-4000-8000-000000000001"), std::string("42"),
        std::string()})
    EXPECT_EQ(id_from_page_token(page_token("users", position)), std::nullopt) << position;
  EXPECT_EQ(id_from_page_token(page_token("names", id)), std::nullopt);
}

// Tokens of a listing by name

const NamePosition ada_by_name = name_position(ada().id, ada().values.name);

TEST(NamePageToken, ParsesBackWithItsPrefix) {
  for (const char* prefix : {"a", "ada", "ada lovelace"})
    EXPECT_EQ(name_position_from_page_token(prefix, to_page_token(prefix, ada_by_name)), ada_by_name);
}

TEST(NamePageToken, IsValidForItsListingOnly) {
  const auto token = to_page_token("ada", ada_by_name);
  for (const char* prefix : {"a", "ad", "ada ", "adb", "b"})
    EXPECT_EQ(name_position_from_page_token(prefix, token), std::nullopt);
  EXPECT_EQ(id_from_page_token(token), std::nullopt);
  EXPECT_EQ(name_position_from_page_token("ada", to_page_token(ada().id)), std::nullopt);
}

TEST(NamePageToken, IsRejectedWhenTruncatedOrAltered) {
  const auto token = to_page_token("ada", ada_by_name);
  for (std::size_t size = 0; size < token.size(); ++size)
    EXPECT_EQ(name_position_from_page_token("ada", token.substr(0, size)), std::nullopt);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string altered = token;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(name_position_from_page_token("ada", altered), std::nullopt);
  }
}

}  // namespace
}  // namespace users::testing
