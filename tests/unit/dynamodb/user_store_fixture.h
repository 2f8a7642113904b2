#pragma once

#include <fmt/format.h>

#include "dynamodb/user_store.h"
#include "tests/support/dynamodb_replies.h"
#include "tests/support/matchers.h"
#include "tests/unit/dynamodb/client_fixture.h"

namespace users::dynamodb::testing {

using namespace users::testing;

/// The tokens of the first and the second write, by FakeIds.
inline constexpr const char* token_1 = "00000000-0000-4000-8000-000000000001";
inline constexpr const char* token_2 = "00000000-0000-4000-8000-000000000002";

inline constexpr const char* id_of_ada = "ada00000-0000-4000-8000-000000000001";
inline constexpr VersionCondition any_version{};

/// Ada's item as it was last written with that token.
inline std::string item(std::string_view write_token, int version = 1,
                        std::string_view email = "ada@example.com") {
  return fmt::format(
      R"({{"userId":{{"S":"{}"}},"name":{{"S":"Ada Lovelace"}},"email":{{"S":"{}"}},)"
      R"("foldedEmail":{{"S":"{}"}},"nameInitial":{{"S":"a"}},)"
      R"("nameKey":{{"S":"ada lovelace\u001F{}"}},"age":{{"N":"36"}},"createdAt":{{"S":"2026-01-02T03:04:05.678Z"}},)"
      R"("updatedAt":{{"S":"2026-01-02T03:04:05.678Z"}},"version":{{"N":"{}"}},"writeToken":{{"S":"{}"}}}})",
      id_of_ada, email, email, id_of_ada, version, write_token);
}

/// The output of a GetItem.
inline net::HttpResponse got(std::string_view item) {
  return output(fmt::format(R"({{"Item":{}}})", item));
}

inline User ada_in_version(std::int64_t version) {
  User user = ada();
  user.version = version;
  return user;
}

class DynamoDbUserStoreTest : public DynamoDbClientTest {
 protected:
  /// The input of the one operation that was called.
  std::string input_of(std::string_view operation) const {
    EXPECT_EQ(transport_.sent.size(), 1U);
    return input_of(0, operation);
  }

  /// The input of the call with that number, from 0.
  std::string input_of(std::size_t number, std::string_view operation) const {
    const auto& sent = transport_.sent.at(number);
    EXPECT_EQ(sent.headers.get("X-Amz-Target"), fmt::format("DynamoDB_20120810.{}", operation));
    return sent.body.value();
  }

  Result<User> update(const UserPatch& patch, const VersionCondition& condition = any_version) {
    return store_.update(ada().id, patch, condition, clock_.now() + milliseconds(1000));
  }

  FakeIds ids_;
  DynamoDbUserStore store_{client_, "Users", "UserClaims", ids_};
};

}  // namespace users::dynamodb::testing
