#include "core/json/writer.h"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

#include "core/json/json.h"

namespace serverless::json::testing {
namespace {

using namespace std::string_view_literals;

TEST(JsonWriter, WritesCompactText) {
  Writer json;
  json.begin_object()
      .member("text", "José")
      .member("string", std::string("名前"))
      .member("view", "👩‍🚀"sv)
      .key("list")
      .begin_array()
      .value(1)
      .value("two")
      .begin_object()
      .end_object()
      .begin_array()
      .end_array()
      .end_array()
      .member("none", nullptr)
      .end_object();
  EXPECT_EQ(std::move(json).text(),
            R"({"text":"José","string":"名前","view":"👩‍🚀","list":[1,"two",{},[]],"none":null})");
}

TEST(JsonWriter, WritesNumbersAndBooleans) {
  Writer json;
  json.begin_array()
      .value(0)
      .value(-1)
      .value(std::numeric_limits<std::int64_t>::min())
      .value(std::numeric_limits<std::int64_t>::max())
      .value(std::size_t{7})
      .value(true)
      .value(false)
      .end_array();
  EXPECT_EQ(std::move(json).text(), "[0,-1,-9223372036854775808,9223372036854775807,7,true,false]");
}

TEST(JsonWriter, EscapesTheCharactersThatJsonRequires) {
  Writer json;
  json.begin_object().member("a\"b\\c\n", "\"\\/\b\f\n\r\t\x01\x1F\x7F\0<>&'"sv).end_object();
  EXPECT_EQ(std::move(json).text(),
            "{\"a\\\"b\\\\c\\n\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001F\x7F\\u0000<>&'\"}");
}

TEST(JsonWriter, WritesTextThatParsesBackUnchanged) {
  std::string every_byte_of_ascii;
  for (char c = 0; c < 0x7F; ++c) every_byte_of_ascii.push_back(c);
  for (const std::string& text :
       {every_byte_of_ascii, std::string("José 名前 👩🏽‍🚀"), std::string()}) {
    Writer json;
    json.begin_object().member(text, text).end_object();
    const auto document = Document::parse(std::move(json).text()).value();
    ASSERT_EQ(document.root().members().size(), 1U);
    EXPECT_EQ(document.root().members()[0].first, text);
    EXPECT_EQ(document.root().members()[0].second.string(), text);
  }
}

TEST(JsonWriter, CopiesParsedValues) {
  const std::string text = R"({"text":"José","list":[1,-2,true,null,{}]})";
  const auto document = Document::parse(text).value();
  Writer json;
  json.value(document.root());
  EXPECT_EQ(std::move(json).text(), text);
}

}  // namespace
}  // namespace serverless::json::testing
