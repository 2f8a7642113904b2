#include "users/user_responses.h"

#include <gmock/gmock.h>

#include "tests/support/requests.h"
#include "tests/support/users/fakes.h"
#include "tests/support/users/matchers.h"
#include "users/user_json.h"

namespace users::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

User ada_in_version(std::int64_t version) {
  User user = ada();
  user.version = version;
  return user;
}

TEST(UserResponse, IsTheUserWithItsETag) {
  const http::Response response = user_response(200, ada_in_version(3));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, to_json(ada_in_version(3)));
  EXPECT_THAT(fields(response.headers),
              ElementsAre(Pair("Content-Type", "application/json"), Pair("ETag", R"("3")")));
}

TEST(CreatedResponse, HasTheLocationOfTheUser) {
  constexpr std::pair<const char*, const char*> cases[] = {
      {"/users", "/users/ada00000-0000-4000-8000-000000000001"},
      {"/users/", "/users/ada00000-0000-4000-8000-000000000001"},
      {"/prod/users", "/prod/users/ada00000-0000-4000-8000-000000000001"},
      {"/accounts/v1/users", "/accounts/v1/users/ada00000-0000-4000-8000-000000000001"},
      {"/a b%20é/users", "/a%20b%20%C3%A9/users/ada00000-0000-4000-8000-000000000001"},
      {"/a\r\nb/users", "/a%0D%0Ab/users/ada00000-0000-4000-8000-000000000001"},
  };
  for (const auto& [path, location] : cases) {
    const http::Response response = created_response(a_post().path(path), {.user = ada()});
    EXPECT_EQ(response.status, 201);
    EXPECT_EQ(response.headers.get("Location"), location);
    EXPECT_EQ(response.headers.get("ETag"), R"("1")");
    EXPECT_EQ(response.headers.get("Content-Type"), "application/json");
    EXPECT_EQ(response.body, to_json(ada()));
  }
}

TEST(UserOrNotModified, IsNotModifiedForTheVersionOfTheClient) {
  for (const http::VersionSet& held : {http::VersionSet{}, http::VersionSet{.list = {{3, 7}}}}) {
    const http::Response response = user_or_not_modified(ada_in_version(3), held);
    EXPECT_EQ(response.status, 304);
    EXPECT_EQ(response.body, "");
    EXPECT_THAT(fields(response.headers), ElementsAre(Pair("ETag", R"("3")")));
  }
}

TEST(UserOrNotModified, IsTheUserForAnotherVersion) {
  const http::Response response = user_or_not_modified(ada_in_version(3), {.list = {{2, 4}}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.get("ETag"), R"("3")");
  EXPECT_EQ(response.body, to_json(ada_in_version(3)));
}

TEST(PageResponse, IsThePageWithoutAnETag) {
  const http::Response response = page_response({ada()}, "token");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, to_json({ada()}, "token"));
  EXPECT_THAT(fields(response.headers), ElementsAre(Pair("Content-Type", "application/json")));
}

}  // namespace
}  // namespace users::testing
