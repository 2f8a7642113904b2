#include "core/support/fields.h"

#include <gmock/gmock.h>

#include <vector>

#include "tests/support/dish.h"
#include "tests/support/printers.h"

namespace serverless::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsNull;
using ::testing::Pointee;

TEST(Fields, AreVisitedInTheirOrder) {
  std::vector<std::string_view> names;
  std::vector<bool> optional;
  for_each_field<Dish>([&](auto field) {
    names.push_back(field.name);
    optional.push_back(field.is_optional);
  });
  EXPECT_THAT(names, ElementsAre("title", "price", "vegan", "note", "origin", "heat", "cold"));
  EXPECT_THAT(optional, ElementsAre(false, false, false, true, true, true, true));
}

/// Counts the fields. refused_fields.cpp has structs whose declarations do not compile.
template <typename Values>
constexpr int visited() {
  int count = 0;
  for_each_field<Values>([&](const auto&) { ++count; });
  return count;
}

/// Structs with one member of each type.
template <typename Member, auto Rule>
struct WithOneMember {
  Member a;
  static constexpr auto fields() { return std::tuple(Field("a", &WithOneMember::a, Rule)); }
};
static_assert(visited<WithOneMember<std::string, text_from<1, 2>>>() == 1);
static_assert(visited<WithOneMember<int, integer_from<1, 2>>>() == 1);
static_assert(visited<WithOneMember<std::int64_t, integer_from<1, 5'000'000'000>>>() == 1);
static_assert(visited<WithOneMember<bool, any_bool>>() == 1);
static_assert(visited<WithOneMember<std::optional<std::string>, text_from<1, 2>>>() == 1);
static_assert(visited<WithOneMember<std::optional<int>, integer_from<1, 2>>>() == 1);
static_assert(visited<WithOneMember<std::optional<bool>, any_bool>>() == 1);

static_assert(has_no_field_named<Dish>({"name", "titles"}));
static_assert(!has_no_field_named<Dish>({"name", "cold"}));

template <auto Rule, typename Value>
constexpr bool fits = RuleFor<decltype(Rule), Value>;

static_assert(fits<integer_from<1, 2>, int> && fits<integer_from<1, 2>, std::int64_t>);
static_assert(!fits<integer_from<1, 5'000'000'000>, int> && !fits<integer_from<1, 2>, bool>);
static_assert(!fits<any_bool, int> && !fits<any_bool, std::string> && !fits<text_from<1, 2>, int>);

TEST(IntegerFrom, AcceptsBothBounds) {
  EXPECT_EQ((integer_from<-1, 5>(-1)), -1);
  EXPECT_EQ((integer_from<-1, 5>(5)), 5);
  const FieldFault fault{"out_of_range", "must be from -1 to 5"};
  EXPECT_EQ((integer_from<-1, 5>(-2)), (tl::unexpected(fault)));
  EXPECT_EQ((integer_from<-1, 5>(6)), (tl::unexpected(fault)));
  EXPECT_EQ((integer_from<-1, 5>(std::int64_t{1} << 32)), (tl::unexpected(fault)));
}

TEST(IntegerFrom, AcceptsBoundsOf64Bits) {
  EXPECT_EQ((integer_from<0, 5'000'000'000>(5'000'000'000)), 5'000'000'000);
  EXPECT_EQ((integer_from<0, 5'000'000'000>(5'000'000'001)),
            (tl::unexpected(FieldFault{"out_of_range", "must be from 0 to 5000000000"})));
}

TEST(TextFrom, CountsCodePoints) {
  for (const char* three : {"abc", "äöü", "四川省", "🍲🍲🍲"}) EXPECT_EQ((text_from<1, 3>(three)), three);
  EXPECT_EQ((text_from<1, 3>("四川四川")),
            (tl::unexpected(FieldFault{"too_long", "must have at most 3 characters"})));
  EXPECT_EQ((text_from<1, 3>("")), (tl::unexpected(FieldFault{"too_short", "must not be empty"})));
  EXPECT_EQ((text_from<2, 3>("四")),
            (tl::unexpected(FieldFault{"too_short", "must have at least 2 characters"})));
  EXPECT_EQ((text_from<0, 3>("")), "");
}

TEST(OneOf, AcceptsItsWords) {
  EXPECT_EQ((one_of<"open", "paid">("open")), "open");
  EXPECT_EQ((one_of<"open", "paid">("paid")), "paid");
  for (const char* other : {"", "Open", "open ", "openpaid"})
    EXPECT_EQ((one_of<"open", "paid">(other)),
              (tl::unexpected(FieldFault{"invalid_format", "must be one of open, paid"})));
}

TEST(Patch, HasTheFieldsThatWereSet) {
  Patch<Dish> patch;
  EXPECT_THAT(patch.find(&Dish::title), IsNull());
  patch.set(&Dish::title, "Stew").set(&Dish::origin, "Uji").set(&Dish::note, std::nullopt);
  EXPECT_THAT(patch.find(&Dish::title), Pointee(std::string("Stew")));
  EXPECT_THAT(patch.find(&Dish::origin), Pointee(std::optional<std::string>("Uji")));
  EXPECT_THAT(patch.find(&Dish::note), Pointee(std::optional<std::string>()));
  EXPECT_THAT(patch.find(&Dish::price), IsNull());
  EXPECT_THAT(patch.find(&Dish::heat), IsNull());
}

TEST(Patch, DiffersByItsFieldsAndTheirValues) {
  EXPECT_EQ(Patch<Dish>().set(&Dish::heat, 1), Patch<Dish>().set(&Dish::heat, 1));
  EXPECT_NE(Patch<Dish>().set(&Dish::heat, 1), Patch<Dish>().set(&Dish::heat, 2));
  EXPECT_NE(Patch<Dish>().set(&Dish::heat, std::nullopt), Patch<Dish>());
}

}  // namespace
}  // namespace serverless::testing
