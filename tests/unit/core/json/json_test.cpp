#include "core/json/json.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <limits>

#include "tests/support/text.h"

namespace serverless::json::testing {
namespace {

using namespace std::string_view_literals;
using serverless::testing::times;
using serverless::testing::utf8;
using ::testing::HasSubstr;
using Type = Value::Type;

MATCHER(Parses, "") {
  const auto document = Document::parse(arg);
  if (!document) *result_listener << document.error().message;
  return document.has_value();
}

/// Returns the message of the error, or an empty string when the text is valid.
std::string error_of(std::string_view text, const Limits& limits = {}) {
  const auto document = Document::parse(text, limits);
  return document ? "" : document.error().message;
}

/// Returns `depth` nested arrays.
std::string arrays(std::size_t depth) {
  return times(depth, "[") + times(depth, "]");
}

/// Returns `depth` nested objects, of which the innermost is empty.
std::string objects(std::size_t depth) {
  return times(depth - 1, R"({"a":)") + "{}" + times(depth - 1, "}");
}

TEST(Json, ReportsTheTypesOfValues) {
  constexpr std::pair<const char*, Type> cases[] = {
      {"null", Type::null},    {"true", Type::boolean}, {"false", Type::boolean}, {"0", Type::integer},
      {"0.0", Type::fraction}, {R"("")", Type::string}, {"[]", Type::array},      {"{}", Type::object},
  };
  for (const auto& [text, type] : cases) EXPECT_EQ(Document::parse(text).value().root().type(), type) << text;
}

TEST(Json, ReturnsContentOfTheRequestedTypeOnly) {
  const auto document =
      Document::parse(R"({"b":true,"n":7,"s":"text","a":[1],"o":{"k":2},"z":null})").value();
  const Value root = document.root();
  EXPECT_EQ(root["b"].boolean(), true);
  EXPECT_EQ(root["n"].integer(), 7);
  EXPECT_EQ(root["s"].string(), "text");
  EXPECT_EQ(root["a"].elements().size(), 1U);
  EXPECT_EQ(root["o"].members().size(), 1U);
  EXPECT_TRUE(root["z"].is_null());
  for (const auto& [name, value] : root.members()) {
    EXPECT_EQ(value.boolean().has_value(), name == "b");
    EXPECT_EQ(value.integer().has_value(), name == "n");
    EXPECT_EQ(value.string().has_value(), name == "s");
    EXPECT_EQ(value.elements().empty(), name != "a");
    EXPECT_EQ(value.members().empty(), name != "o");
  }
}

TEST(Json, ReturnsMissingValuesForUnknownMembers) {
  const auto document = Document::parse(R"({"a":{"b":"text"},"list":[{"c":1}],"none":null})").value();
  const Value root = document.root();
  EXPECT_EQ(root["a"]["b"].string(), "text");
  for (const Value& missing :
       {Value(), root["x"], root["x"]["y"]["z"], root["a"]["b"]["c"], root["list"]["c"], root["none"]["x"]}) {
    EXPECT_EQ(missing.type(), Type::missing);
    EXPECT_TRUE(missing.is_missing());
    EXPECT_TRUE(missing.is_missing_or_null());
    EXPECT_FALSE(missing.is_null());
    EXPECT_EQ(missing.string(), std::nullopt);
    EXPECT_EQ(missing.integer(), std::nullopt);
    EXPECT_EQ(missing.boolean(), std::nullopt);
    EXPECT_TRUE(missing.members().empty());
    EXPECT_TRUE(missing.elements().empty());
  }
  EXPECT_TRUE(root["none"].is_missing_or_null());
  EXPECT_FALSE(root["none"].is_missing());
  EXPECT_FALSE(root["a"].is_missing_or_null());
}

TEST(Json, KeepsTheOrderOfTheText) {
  const auto document = Document::parse(R"({"z":[3,1,2],"a":null,"m":true})").value();
  std::string names;
  for (const auto& [name, value] : document.root().members()) names += name;
  EXPECT_EQ(names, "zam");
  std::string numbers;
  for (const Value& element : document.root()["z"].elements()) numbers += fmt::to_string(*element.integer());
  EXPECT_EQ(numbers, "312");
}

TEST(Json, ReturnsTheFirstOfDuplicateMembers) {
  EXPECT_EQ(Document::parse(R"({"a":1,"a":2})").value().root()["a"].integer(), 1);
}

TEST(Json, UnescapesStrings) {
  constexpr std::pair<const char*, std::string_view> cases[] = {
      {R"("José 名前 👩‍🚀")", "José 名前 👩‍🚀"sv},
      {R"("Jos\u00e9 \u540D \ud83d\uDE80")", "José 名 🚀"sv},
      {R"("\"\\\/\b\f\n\r\t")", "\"\\/\b\f\n\r\t"sv},
      {R"("a\u0000b")", "a\0b"sv},
      {R"("\u007f")", "\x7F"sv},
  };
  for (const auto& [text, content] : cases)
    EXPECT_EQ(Document::parse(text).value().root().string(), content) << text;
}

TEST(Json, OutlivesItsText) {
  auto text = std::string(R"({"a long enough member name":"a long enough text to be on the heap"})");
  const auto document = Document::parse(text).value();
  text.assign(text.size(), '#');
  EXPECT_EQ(document.root()["a long enough member name"].string(), "a long enough text to be on the heap");
}

TEST(Json, StaysValidWhenMoved) {
  auto document = Document::parse(R"({"a":"text"})").value();
  const Value root = document.root();
  const Document moved = std::move(document);
  EXPECT_EQ(root["a"].string(), "text");
}

// Numbers

TEST(JsonNumber, IsAnIntegerWithoutADecimalPointOrExponent) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  const std::pair<std::string, std::int64_t> cases[] = {
      {"0", 0},
      {"-0", 0},
      {"36", 36},
      {"-1", -1},
      {"9223372036854775807", most},
      {"-9223372036854775808", least},
      // beyond 64 bits: the nearest number that fits
      {"9223372036854775808", most},
      {"-9223372036854775809", least},
      {"18446744073709551616", most},
      {"1" + std::string(308, '0'), most},
      {std::string(400, '9'), most},
      {"-" + std::string(400, '9'), least},
  };
  for (const auto& [text, number] : cases) {
    const auto document = Document::parse(text).value();
    EXPECT_EQ(document.root().type(), Type::integer) << text;
    EXPECT_EQ(document.root().integer(), number) << text;
  }
}

TEST(JsonNumber, IsAFractionWithADecimalPointOrExponent) {
  for (const std::string& text : {
           std::string("36.0"),
           std::string("3.6e1"),
           std::string("1e1"),
           std::string("1E+1"),
           std::string("-0.0"),
           std::string("0e0"),
           std::string("1e-400"),
           std::string("1e400"),
           std::string("-1E+400"),
           std::string("1e0000000000000000000001"),
           std::string("1e99999999999999999999"),
           std::string("0.") + std::string(400, '1'),
           std::string(400, '9') + ".5",
           std::string(400, '9') + "e5",
           std::string(400, '9') + "." + std::string(400, '9') + "e-400",
       }) {
    const auto document = Document::parse(text).value();
    EXPECT_EQ(document.root().type(), Type::fraction) << text;
    EXPECT_EQ(document.root().integer(), std::nullopt) << text;
  }
}

TEST(JsonNumber, OfAnySizeDoesNotAffectItsNeighbours) {
  const std::string digits(60, '7');
  const std::string numbers_in_text = "1e400 e" + digits + R"( \" \\ E+)" + digits;
  const std::string text =
      fmt::format(R"({{"huge":1e400,"{0}":"{1}","n":{0},"list":[1e999,-12,{2}5.5],"e":12345,"last":"{0}"}})",
                  digits, numbers_in_text, std::string(400, '1'));
  const auto document = Document::parse(text).value();
  const Value root = document.root();
  EXPECT_EQ(root["huge"].type(), Type::fraction);
  EXPECT_EQ(root[digits].string(), "1e400 e" + digits + R"( " \ E+)" + digits);
  EXPECT_EQ(root["n"].integer(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(root["list"].elements().at(0).type(), Type::fraction);
  EXPECT_EQ(root["list"].elements().at(1).integer(), -12);
  EXPECT_EQ(root["list"].elements().at(2).type(), Type::fraction);
  EXPECT_EQ(root["e"].integer(), 12345);
  EXPECT_EQ(root["last"].string(), digits);
}

TEST(JsonNumber, IsRejectedInOtherForms) {
  for (const char* text :
       {"+1",  "01",   "-01",   "00",    ".5",  "1.",       "1.e1",      "1e", "1e+",    "-",
        "--1", "0x10", "1_000", "1,000", "NaN", "Infinity", "-Infinity", "١",  "1e400e", "1e400.5"}) {
    EXPECT_THAT(text, ::testing::Not(Parses())) << text;
  }
}

// Limits

TEST(JsonDepth, IsLimited) {
  constexpr Limits limits{.max_depth = 16};
  EXPECT_EQ(error_of(arrays(16), limits), "");
  EXPECT_THAT(error_of(arrays(17), limits), HasSubstr("nested too deep"));
  EXPECT_EQ(error_of(objects(16), limits), "");
  EXPECT_THAT(error_of(objects(17), limits), HasSubstr("nested too deep"));
  EXPECT_EQ(error_of("[" + times(50, "[[]],") + "1]", limits), "") << "siblings do not add depth";
}

TEST(JsonDepth, IsLimitedTo100ByDefault) {
  EXPECT_THAT(arrays(100), Parses());
  EXPECT_THAT(arrays(101), ::testing::Not(Parses()));
  EXPECT_THAT(std::string(1'000'000, '['), ::testing::Not(Parses()));
}

TEST(JsonMembers, MustBeUniqueOnRequest) {
  constexpr Limits limits{.unique_members = true};
  for (const char* text : {
           R"({"a":1,"b":2,"a":3})",
           R"({"a":1,"\u0061":2})",
           R"({"é":1,"\u00e9":2})",
           R"({"🚀":1,"\ud83d\ude80":2})",
           R"({"":1,"":2})",
           R"({"x":{"a":1,"a":1}})",
           R"([[{"x":[{"a":1,"a":1}]}]])",
           R"({"a":1e400,"a":1})",
       }) {
    EXPECT_THAT(error_of(text, limits), HasSubstr("twice")) << text;
    EXPECT_THAT(text, Parses());
  }
  for (const char* text : {
           R"({"a":1,"A":2})", R"({"a":{"a":{"a":1}}})", R"([{"a":1},{"a":1}])", R"({"a":1,"a\u0000":2})",
           R"({"e\u0301":1,"é":2})",  // names are not normalized
       }) {
    EXPECT_EQ(error_of(text, limits), "") << text;
  }
}

// Invalid JSON

TEST(Json, RejectsTextThatIsNotJson) {
  for (const auto text : {
           ""sv,
           " "sv,
           "{"sv,
           "}"sv,
           "["sv,
           R"({"a"})"sv,
           R"({"a":})"sv,
           R"({"a":1,})"sv,
           "[1,]"sv,
           "[1 2]"sv,
           "{a:1}"sv,
           "{'a':1}"sv,
           "{1:1}"sv,
           R"("open)"sv,
           R"("\x41")"sv,
           R"("\u12")"sv,
           R"("\u12G4")"sv,
           "tru"sv,
           "True"sv,
           "nul"sv,
           "undefined"sv,
           "/**/1"sv,
           "1//"sv,
           "\"line\nfeed\""sv,
           "\"tab\t\""sv,
           "\"\x1F\""sv,
           "\f1"sv,
           "\u00A0"
           "1"sv,
       }) {
    EXPECT_THAT(text, ::testing::Not(Parses())) << text;
  }
}

TEST(Json, RejectsTextAfterTheValue) {
  EXPECT_THAT(" \t\r\n{} \t\r\n", Parses());
  for (const auto text : {"{}x"sv, "{}{}"sv, "1 2"sv, "{},"sv, "null]"sv, "{}\xEF\xBB\xBF"sv})
    EXPECT_THAT(text, ::testing::Not(Parses())) << text;
}

TEST(Json, RejectsZeroBytes) {
  for (const auto text : {"{}\0"sv, "{}\0{}"sv, "{} \0 "sv, "\0"sv, "\0{}"sv, "{\0}"sv, "\"a\0b\""sv,
                          "\"a\0"sv, "{\"a\0\":1}"sv, "1\0"sv, "[1e400]\0"sv})
    EXPECT_THAT(text, ::testing::Not(Parses())) << ::testing::PrintToString(text);
}

TEST(Json, RejectsAByteOrderMark) {
  EXPECT_THAT("\xEF\xBB\xBF{}", ::testing::Not(Parses()));
  EXPECT_THAT("\xFE\xFF\0{\0}"sv, ::testing::Not(Parses()));
  EXPECT_THAT("\xFF\xFE{\0}\0"sv, ::testing::Not(Parses()));
}

TEST(Json, RejectsLoneSurrogates) {
  for (const char* escapes :
       {R"(\ud800)", R"(\udbff)", R"(\udc00)", R"(\udfff)", R"(\ud800x)", R"(\ud800\n)", R"(\ud800\u0041)",
        R"(\ud800\ud800)", R"(\udc00\ud800)", R"(\ud83d\ude80\ude80)"}) {
    for (const char* form : {R"(["{}"])", R"({{"{}":1}})"}) {
      const std::string text = fmt::format(fmt::runtime(form), escapes);
      EXPECT_THAT(text, ::testing::Not(Parses())) << text;
    }
  }
  EXPECT_THAT('"' + utf8(0xD800) + '"', ::testing::Not(Parses()));
  EXPECT_THAT('"' + utf8(0xDFFF) + '"', ::testing::Not(Parses()));
}

TEST(Json, RejectsStringsThatAreNotUtf8) {
  for (const auto bytes :
       {"Jos\xE9"sv, "\x80"sv, "\xC0\x80"sv, "\xF4\x90\x80\x80"sv, "\xE5\x90"sv, "\xFF"sv}) {
    for (const char* form : {R"(["{}"])", R"({{"{}":1}})"}) {
      const std::string text = fmt::format(fmt::runtime(form), bytes);
      EXPECT_THAT(text, ::testing::Not(Parses())) << ::testing::PrintToString(text);
    }
  }
}

TEST(Json, ReportsTheByteOfAnError) {
  const std::pair<std::string_view, const char*> cases[] = {
      {R"({"a" 1})"sv, "(at byte 5)"},   {R"({"é" 1})"sv, "(at byte 6)"},
      {R"({"a":1} x)"sv, "(at byte 8)"}, {"{}\0"sv, "(at byte 2)"},
      {R"([1e400,x])"sv, "(at byte 7)"}, {R"([12345678901234567890123456789012345e400,x])"sv, "(at byte 41)"},
  };
  for (const auto& [text, place] : cases) EXPECT_THAT(error_of(text), HasSubstr(place)) << text;
}

}  // namespace
}  // namespace serverless::json::testing
