#include "core/http/field_reader.h"

#include <gmock/gmock.h>

#include "tests/support/dish.h"
#include "tests/support/matchers.h"

namespace serverless::http::testing {
namespace {

using namespace serverless::testing;  // NOLINT(google-build-using-namespace): the dishes and the matchers
using ::testing::ElementsAre;

constexpr auto read_dish = read_values<Dish>;
constexpr auto read_dish_patch = read_patch<Dish>;

TEST(ReadValues, ReadsEachTypeOfField) {
  EXPECT_EQ(read_dish(R"({"title":"Soup","price":450,"vegan":true})"), soup());
  EXPECT_EQ(
      read_dish(
          R"({"cold":false,"heat":5,"origin":"四川","note":"","vegan":false,"price":1290,"title":"Mapo tofu"})"),
      full_dish());
}

TEST(ReadValues, ReportsEachFaultInTheOrderOfTheFields) {
  const auto result =
      read_dish(R"({"spice":1,"cold":"no","heat":6,"note":7,"vegan":0,"price":1.5,"title":""})");
  ASSERT_FALSE(result);
  EXPECT_THAT(
      result.error().errors,
      ElementsAre(FieldError{"title", "too_short", "must not be empty"},
                  FieldError{"price", "wrong_type", "must be an integer, without fraction or exponent"},
                  FieldError{"vegan", "wrong_type", "must be true or false"},
                  FieldError{"note", "wrong_type", "must be a string"},
                  FieldError{"heat", "out_of_range", "must be from -1 to 5"},
                  FieldError{"cold", "wrong_type", "must be true or false"},
                  FieldError{"spice", "unknown_field", "is not a field that can be set"}));
}

TEST(ReadValues, RequiresTheFieldsThatAreNotOptional) {
  const auto result = read_dish("{}");
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().errors, ElementsAre(FieldError{"title", "required", "is required"},
                                                 FieldError{"price", "required", "is required"},
                                                 FieldError{"vegan", "required", "is required"}));
}

TEST(ReadValues, ExplainsHowToOmitAField) {
  const auto result = read_dish(R"({"title":"Soup","price":null,"vegan":true,"note":null})");
  ASSERT_FALSE(result);
  EXPECT_THAT(
      result.error().errors,
      ElementsAre(FieldError{"price", "wrong_type", "must be an integer, without fraction or exponent"},
                  FieldError{"note", "wrong_type", "must not be null; leave the field out instead"}));
}

TEST(ReadPatch, ReadsTheFieldsOfTheBody) {
  EXPECT_EQ(read_dish_patch(R"({"price":500,"note":"hot"})"),
            Patch<Dish>().set(&Dish::price, 500).set(&Dish::note, "hot"));
}

TEST(ReadPatch, RemovesAnyNumberOfOptionalFields) {
  EXPECT_EQ(read_dish_patch(R"({"note":null,"origin":null,"heat":null,"cold":null})"),
            Patch<Dish>()
                .set(&Dish::note, std::nullopt)
                .set(&Dish::origin, std::nullopt)
                .set(&Dish::heat, std::nullopt)
                .set(&Dish::cold, std::nullopt));
  EXPECT_THAT(read_dish_patch(R"({"title":null})"), IsInvalid("title", "wrong_type"));
  EXPECT_THAT(read_dish_patch(R"({"vegan":null})"), IsInvalid("vegan", "wrong_type"));
}

TEST(ReadPatch, RejectsAnEmptyPatchAndNamesTheFields) {
  const auto result = read_dish_patch("{}");
  ASSERT_FALSE(result);
  EXPECT_THAT(
      result.error().errors,
      ElementsAre(FieldError{"", "required",
                             "must have at least one of title, price, vegan, note, origin, heat and cold"}));
}

}  // namespace
}  // namespace serverless::http::testing
