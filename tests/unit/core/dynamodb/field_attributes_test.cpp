#include "core/dynamodb/field_attributes.h"

#include <gmock/gmock.h>

#include "tests/support/dish.h"

namespace serverless::dynamodb::testing {
namespace {

using serverless::testing::Dish;
using serverless::testing::full_dish;
using serverless::testing::soup;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string written(const Attributes& attributes) {
  json::Writer json;
  json.begin_object();
  for (const auto& [name, value] : attributes) write_attribute(json, name, value);
  json.end_object();
  return std::move(json).text();
}

std::string item_of(const Dish& dish) {
  Attributes attributes;
  append_fields(attributes, dish);
  return written(attributes);
}

std::optional<Dish> read(const std::string& item) {
  const auto document = json::Document::parse(item);
  return read_fields<Dish>(Item(document.value().root()));
}

TEST(FieldAttributes, HaveTheTypesOfTheFields) {
  EXPECT_EQ(item_of(soup()), R"({"title":{"S":"Soup"},"price":{"N":"450"},"vegan":{"BOOL":true}})");
  EXPECT_EQ(item_of(full_dish()),
            R"({"title":{"S":"Mapo tofu"},"price":{"N":"1290"},"vegan":{"BOOL":false},"note":{"S":""},)"
            R"("origin":{"S":"四川"},"heat":{"N":"5"},"cold":{"BOOL":false}})");
}

TEST(FieldAttributes, AreReadBack) {
  EXPECT_EQ(read(item_of(soup())), soup());
  EXPECT_EQ(read(item_of(full_dish())), full_dish());
}

TEST(FieldAttributes, AreNotReadFromAnItemWithMissingOrMistypedAttributes) {
  for (const char* item : {
           "{}",
           R"({"title":{"S":"Soup"},"price":{"N":"450"}})",
           R"({"title":{"N":"1"},"price":{"N":"450"},"vegan":{"BOOL":true}})",
           R"({"title":{"S":"Soup"},"price":{"S":"450"},"vegan":{"BOOL":true}})",
           R"({"title":{"S":"Soup"},"price":{"N":"4.5"},"vegan":{"BOOL":true}})",
           R"({"title":{"S":"Soup"},"price":{"N":"450"},"vegan":{"S":"true"}})",
           R"({"title":{"S":"Soup"},"price":{"N":"450"},"vegan":{"BOOL":true},"note":{"N":"1"}})",
           R"({"title":{"S":"Soup"},"price":{"N":"450"},"vegan":{"BOOL":true},"heat":{"N":"99999999999"}})",
           R"({"title":{"S":"Soup"},"price":{"N":"450"},"vegan":{"BOOL":true},"cold":{"NULL":true}})",
       }) {
    EXPECT_EQ(read(item), std::nullopt) << item;
  }
}

TEST(FieldAttributes, ChangeAccordingToThePatch) {
  ItemChange change;
  append_fields(change, Patch<Dish>()
                            .set(&Dish::price, 500)
                            .set(&Dish::note, std::nullopt)
                            .set(&Dish::origin, "Uji")
                            .set(&Dish::cold, std::nullopt));
  EXPECT_EQ(written(change.set), R"({"price":{"N":"500"},"origin":{"S":"Uji"}})");
  EXPECT_THAT(change.remove, ElementsAre("note", "cold"));
}

TEST(FieldAttributes, DoNotChangeWithAnEmptyPatch) {
  ItemChange change;
  append_fields(change, Patch<Dish>());
  EXPECT_THAT(change.set, IsEmpty());
  EXPECT_THAT(change.remove, IsEmpty());
}

}  // namespace
}  // namespace serverless::dynamodb::testing
