#include "core/support/fields.h"

#include <gmock/gmock.h>

#include <vector>

#include "tests/support/dish.h"

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

static_assert(declares_each_member_once<Dish>);

/// Structs whose declarations are wrong.
struct WithoutOne {
  bool a;
  bool b;
  static constexpr auto fields() { return std::tuple(Field("a", &WithoutOne::a, any_bool)); }
};
struct WithOneTwice {
  bool a;
  bool b;
  static constexpr auto fields() {
    return std::tuple(Field("a", &WithOneTwice::a, any_bool), Field("b", &WithOneTwice::a, any_bool));
  }
};
struct WithOneName {
  bool a;
  int b;
  static constexpr auto fields() {
    return std::tuple(Field("a", &WithOneName::a, any_bool), Field("a", &WithOneName::b, integer_from<1, 2>));
  }
};
static_assert(!declares_each_member_once<WithoutOne>);
static_assert(!declares_each_member_once<WithOneTwice>);
static_assert(!declares_each_member_once<WithOneName>);

TEST(IntegerFrom, AcceptsBothBounds) {
  EXPECT_EQ((integer_from<-1, 5>(-1)), -1);
  EXPECT_EQ((integer_from<-1, 5>(5)), 5);
  const FieldFault fault{"out_of_range", "must be from -1 to 5"};
  EXPECT_EQ((integer_from<-1, 5>(-2)), (tl::unexpected(fault)));
  EXPECT_EQ((integer_from<-1, 5>(6)), (tl::unexpected(fault)));
  EXPECT_EQ((integer_from<-1, 5>(std::int64_t{1} << 32)), (tl::unexpected(fault)));
}

TEST(Patch, HasWhatWasSet) {
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
