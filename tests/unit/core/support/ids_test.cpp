#include "core/support/ids.h"

#include <gmock/gmock.h>

#include <set>

namespace serverless::testing {
namespace {

TEST(CanonicalUuid, IsTheLowerCaseOfAnyUuid) {
  constexpr std::pair<const char*, const char*> cases[] = {
      {"5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f", "5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f"},
      {"5F0C7D6E-2C1B-4A9D-8E3F-1A2B3C4D5E6F", "5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f"},
      {"5f0C7d6E-2c1B-4a9D-8e3F-1a2B3c4D5e6F", "5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f"},
      {"00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000"},
      {"FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "ffffffff-ffff-ffff-ffff-ffffffffffff"},
      {"01890a5d-ac96-774b-bcce-b302099a8057", "01890a5d-ac96-774b-bcce-b302099a8057"},  // version 7
  };
  for (const auto& [text, canonical] : cases) EXPECT_EQ(canonical_uuid(text), canonical);
}

TEST(CanonicalUuid, IsAbsentForOtherText) {
  using namespace std::string_view_literals;
  for (const auto text : {
           ""sv,
           "42"sv,
           "5f0c7d6e2c1b4a9d8e3f1a2b3c4d5e6f"sv,
           "5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6"sv,
           "5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f0"sv,
           "{5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f}"sv,
           "urn:uuid:5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f"sv,
           " 5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f"sv,
           "5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f\n"sv,
           "5g0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f"sv,
           "5f0c7d6e_2c1b_4a9d_8e3f_1a2b3c4d5e6f"sv,
           "5f0c7d6e2-c1b-4a9d-8e3f-1a2b3c4d5e6f"sv,
           "5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e-f"sv,
           "0x0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f"sv,
           "-f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f"sv,
           " f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f"sv,
           "5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6\0"sv,
           "5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5\xC3\xA9"
           "f"sv,
       }) {
    EXPECT_EQ(canonical_uuid(text), std::nullopt) << text;
  }
}

TEST(RandomIds, AreDistinctLowerCaseUuidsOfVersion4) {
  RandomIds ids;
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string id = ids.new_uuid();
    EXPECT_THAT(
        id, ::testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
    EXPECT_TRUE(seen.insert(id).second) << id;
  }
}

}  // namespace
}  // namespace serverless::testing
