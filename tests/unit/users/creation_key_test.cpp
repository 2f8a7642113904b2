#include "users/creation_key.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/fakes.h"

namespace users::testing {
namespace {

const NewUser someone{.name = "Ada Lovelace", .email = "ada@example.com", .age = 36};

CreationKey key_of(std::string_view caller, std::string_view key, const NewUser& user = someone) {
  return creation_key(caller, key, user, FakeClock().now());
}

TEST(CreationKey, IsTheSameForTheSameCallerKeyAndValues) {
  EXPECT_EQ(key_of("caller", "key"), key_of("caller", "key"));
}

TEST(CreationKey, TellsCallersAndKeysApart) {
  std::set<std::string> digests;
  for (const auto& [caller, key] : std::initializer_list<std::pair<const char*, const char*>>{
           {"", "key"}, {"", "KEY"}, {"caller", "key"}, {"callerk", "ey"}, {"caller", ""}})
    EXPECT_TRUE(digests.insert(key_of(caller, key).digest).second) << caller << " " << key;
}

TEST(CreationKey, TellsValuesApart) {
  std::set<std::string> fingerprints;
  for (const NewUser& user : {someone, NewUser{.name = "Ada", .email = "ada@example.com", .age = 36},
                              NewUser{.name = "Ada Lovelace", .email = "Ada@example.com", .age = 36},
                              NewUser{.name = "Ada Lovelace", .email = "ada@example.com", .age = 3},
                              NewUser{.name = "Ada Lovelace", .email = "ada@example.com", .age = {}}}) {
    EXPECT_TRUE(fingerprints.insert(key_of("", "key", user).fingerprint).second) << user.name;
    EXPECT_EQ(key_of("", "key", user).digest, key_of("", "key").digest);
  }
}

TEST(CreationKey, IsADigestThatShowsNothing) {
  const auto key = key_of("caller", "key");
  EXPECT_EQ(key.digest, "a9bb7b7e67c0ecb463a8c0876cb8f9a0949d7be54b4c18ac3b80991d1c977eaa");
  EXPECT_EQ(key.fingerprint, "1c68abfc49d01cf55af72ca48b9f99b0a58e2eb7dee87e42094b2e34c1807f81");
}

TEST(CreationKey, LastsForMoreThanADay) {
  EXPECT_EQ(key_of("", "key").expires_at, FakeClock().now() + std::chrono::hours(25));
}

}  // namespace
}  // namespace users::testing
