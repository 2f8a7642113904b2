#include "core/json/field_writer.h"

#include <gtest/gtest.h>

#include "tests/support/dish.h"

namespace serverless::json::testing {
namespace {

using serverless::testing::Dish;
using serverless::testing::full_dish;
using serverless::testing::soup;

std::string written(const Dish& dish) {
  Writer json;
  json.begin_object();
  write_fields(json, dish);
  json.end_object();
  return std::move(json).text();
}

TEST(WriteFields, WritesTheFieldsThatHaveAValue) {
  EXPECT_EQ(written(soup()), R"({"title":"Soup","price":450,"vegan":true})");
  EXPECT_EQ(
      written(full_dish()),
      R"({"title":"Mapo tofu","price":1290,"vegan":false,"note":"","origin":"四川","heat":5,"cold":false})");
}

}  // namespace
}  // namespace serverless::json::testing
