#include "users/name_order.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/support/users/fakes.h"
#include "users/name.h"

namespace users::testing {
namespace {

TEST(FoldedName, HasNoCaseAndNoAccents) {
  constexpr std::pair<const char*, const char*> cases[] = {
      {"Ada LOVELACE", "ada lovelace"},
      {"José", "jose"},
      {"JOSE\u0301", "jose"},
      {"Šťastný Ångström", "stastny angstrom"},
      {"Łódź Øre Đặng Ħal Iłıca", "lodz ore dang hal ilica"},
      {"Việt Nguyễn", "viet nguyen"},
      {"ĀāĂăĄą Žž Ǆ", "aaaaaa zz Ǆ"},
      {"o\u0302\u0301x", "ox"},
  };
  for (const auto& [name, folded] : cases) EXPECT_EQ(folded_name(name), folded);
}

TEST(FoldedName, KeepsOtherCharacters) {
  for (const char* name :
       {"名前", "Ζωή", "Иван", "👩🏽‍🚀", "æßþð", "42 !", "か\u3099", "\u0301a", "и\u0306"})
    EXPECT_EQ(folded_name(name), name);
}

TEST(FoldedName, OfAPrefixIsAPrefix) {
  const std::string name = "E\u0301mile Žižek 名";
  for (std::size_t end = 0; end <= name.size(); ++end) {
    if (end < name.size() && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) continue;
    EXPECT_TRUE(folded_name(name).starts_with(folded_name(name.substr(0, end)))) << end;
  }
}

NamePosition position(const char* name, const char* id) {
  return {.folded_name = name, .id = *UserId::parse(id)};
}

constexpr const char* id_1 = "00000000-0000-4000-8000-000000000001";
constexpr const char* id_2 = "00000000-0000-4000-8000-000000000002";

TEST(NameKey, ParsesBackToItsPosition) {
  for (const auto& one : {position("ada", id_1), position("名", id_2)})
    EXPECT_EQ(parse_name_key(name_key(one)), one);
  EXPECT_EQ(name_position(ada().id, ada().values.name), position("ada lovelace", ada().id.text().c_str()));
}

TEST(NameKey, SortsByNameAndThenById) {
  const std::string in_order[] = {name_key(position("ada", id_1)),  name_key(position("ada", id_2)),
                                  name_key(position("ada ", id_1)), name_key(position("ada k", id_1)),
                                  name_key(position("adam", id_1)), name_key(position("é", id_1)),
                                  name_key(position("名", id_1))};
  EXPECT_TRUE(std::is_sorted(std::begin(in_order), std::end(in_order)));
}

TEST(NameKey, IsRejectedInOtherForms) {
  const std::string id = id_1;
  const std::string texts[] = {"",
                               "ada",
                               id,
                               "\x1f" + id,
                               "ada\x1f",
                               "ada\x1f" + id + "x",
                               "ada\x1f" + id.substr(1),
                               "ada\x1fx\x1f" + id,
                               "\xFF\x1f" + id,
                               "ada\x1f" + std::string("ADA00000-0000-4000-8000-00000000000A"),
                               std::string(4 * max_name_code_points + 1, 'a') + "\x1f" + id};
  for (const std::string& text : texts) EXPECT_EQ(parse_name_key(text), std::nullopt) << text;
}

}  // namespace
}  // namespace users::testing
