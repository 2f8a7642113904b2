// openapi.yaml describes the fields that UserValues declares.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <yaml-cpp/yaml.h>

#include <concepts>
#include <string>
#include <vector>

#include "users/user.h"

namespace users::testing {
namespace {

using ::testing::ElementsAreArray;

const YAML::Node& schemas() {
  static const YAML::Node all = YAML::LoadFile(OPENAPI_FILE)["components"]["schemas"];
  return all;
}

/// Returns the schema that a property refers to, or the property's own.
YAML::Node resolved(const YAML::Node& property) {
  const auto reference = property["$ref"].as<std::string>("");
  if (reference.empty()) return property;
  return schemas()[reference.substr(reference.rfind('/') + 1)];
}

/// Returns the properties of a schema and their types, as "name: string", in their order. `or null` follows
/// a type that may be null.
std::vector<std::string> properties(const char* schema) {
  std::vector<std::string> all;
  for (const auto& property : schemas()[schema]["properties"]) {
    const YAML::Node type = resolved(property.second);
    all.push_back(fmt::format("{}: {}{}", property.first.as<std::string>(), type["type"].as<std::string>(),
                              type["nullable"].as<bool>(false) ? " or null" : ""));
  }
  return all;
}

std::vector<std::string> required(const char* schema) {
  return schemas()[schema]["required"].as<std::vector<std::string>>();
}

template <typename Value>
constexpr const char* type_name() {
  if constexpr (std::same_as<Value, bool>) return "boolean";
  if constexpr (std::integral<Value>) return "integer";
  return "string";
}

/// Returns the names of the fields that are not optional.
std::vector<std::string> required_fields() {
  std::vector<std::string> names;
  serverless::for_each_field<UserValues>([&](auto field) {
    if (!field.is_optional) names.emplace_back(field.name);
  });
  return names;
}

/// Returns the fields and their types, as properties() does. `optional` follows the type of an optional
/// field.
std::vector<std::string> typed_fields(std::string_view optional = "") {
  std::vector<std::string> all;
  serverless::for_each_field<UserValues>([&](auto field) {
    all.push_back(fmt::format("{}: {}{}", field.name, type_name<typename decltype(field)::Value>(),
                              field.is_optional ? optional : ""));
  });
  return all;
}

/// Returns the members of a user: the server sets the first and the last ones.
std::vector<std::string> among(std::vector<std::string> first, const std::vector<std::string>& fields,
                               const std::vector<std::string>& last) {
  first.insert(first.end(), fields.begin(), fields.end());
  first.insert(first.end(), last.begin(), last.end());
  return first;
}

TEST(OpenApi, DescribesTheFieldsOfACreation) {
  EXPECT_THAT(properties("UserCreation"), ElementsAreArray(typed_fields()));
  EXPECT_THAT(required("UserCreation"), ElementsAreArray(required_fields()));
}

TEST(OpenApi, DescribesTheFieldsOfAPatch) {
  EXPECT_THAT(properties("UserPatch"), ElementsAreArray(typed_fields(" or null")));
}

TEST(OpenApi, DescribesTheFieldsOfAUser) {
  EXPECT_THAT(properties("User"),
              ElementsAreArray(among({"userId: string"}, typed_fields(),
                                     {"createdAt: string", "updatedAt: string", "version: integer"})));
  EXPECT_THAT(required("User"),
              ElementsAreArray(among({"userId"}, required_fields(), {"createdAt", "updatedAt", "version"})));
}

/// Calls `check` with each field of this type and each of its two schemas.
template <typename Value, typename Check>
void for_each_schema(Check check) {
  serverless::for_each_field<UserValues>([&](auto field) {
    if constexpr (std::same_as<typename decltype(field)::Value, Value>) {
      for (const char* schema : {"UserCreation", "UserPatch"}) {
        SCOPED_TRACE(fmt::format("{} of {}", field.name, schema));
        check(field.rule, resolved(schemas()[schema]["properties"][std::string(field.name)]));
      }
    }
  });
}

template <typename Integer>
void compare_bounds() {
  for_each_schema<Integer>([](auto rule, const YAML::Node& type) {
    ASSERT_TRUE(type["minimum"] && type["maximum"]);
    const auto first = type["minimum"].template as<std::int64_t>();
    const auto last = type["maximum"].template as<std::int64_t>();
    EXPECT_TRUE(rule(first) && rule(last));
    EXPECT_FALSE(rule(first - 1) || rule(last + 1));
  });
}

TEST(OpenApi, DescribesTheBoundsOfIntegers) {
  compare_bounds<int>();
  compare_bounds<std::int64_t>();
}

TEST(OpenApi, DescribesTheLengthsAndWordsOfTexts) {
  for_each_schema<std::string>([](auto rule, const YAML::Node& type) {
    ASSERT_TRUE(type["maxLength"] || type["pattern"] || type["enum"]);
    for (const auto& word : type["enum"]) {
      EXPECT_TRUE(rule(word.template as<std::string>()));
      EXPECT_FALSE(rule(word.template as<std::string>() + "?"));
    }
    // Schemathesis tests which texts of an allowed length match a pattern.
    const bool is_any_text = !type["pattern"] && !type["enum"];
    if (type["maxLength"]) {
      const auto length = type["maxLength"].template as<std::size_t>();
      EXPECT_TRUE(!is_any_text || rule(std::string(length, 'x')));
      EXPECT_FALSE(rule(std::string(length + 1, 'x')));
    }
    const auto length = type["minLength"].template as<std::size_t>(0);
    EXPECT_TRUE(!is_any_text || rule(std::string(length, 'x')));
    EXPECT_TRUE(length == 0 || !rule(std::string(length - 1, 'x')));
  });
}

}  // namespace
}  // namespace users::testing
