#include "core/http/field_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/support/text.h"
#include "tests/support/users/matchers.h"
#include "users/user.h"

namespace users::testing {
namespace {

using serverless::testing::times;

using namespace std::string_view_literals;
using ::testing::ElementsAre;
using ::testing::FieldsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Optional;

constexpr auto read_post = http::read_values<UserValues>;
constexpr auto read_put = http::read_patch<UserValues>;

/// The bounds of an age.
constexpr int first_age = 1;
constexpr int last_age = 150;

/// Return the body of a POST in which one member has this JSON value.
std::string with_name(std::string_view json) {
  return fmt::format(R"({{"name":{},"email":"ada@example.com"}})", json);
}
std::string with_email(std::string_view json) {
  return fmt::format(R"({{"name":"Ada","email":{}}})", json);
}
std::string with_age(std::string_view json) {
  return fmt::format(R"({{"name":"Ada","email":"ada@example.com","age":{}}})", json);
}

std::string json_string(std::string_view text) {
  return fmt::format("\"{}\"", text);
}

// POST

TEST(UserValues, HasANameAnEmailAndAnOptionalAge) {
  EXPECT_EQ(read_post(with_age(fmt::to_string(last_age))),
            (UserValues{.name = "Ada", .email = "ada@example.com", .age = last_age}));
  EXPECT_EQ(read_post(R"( { "email" : "ada@example.com" , "name" : "Ada" } )"),
            (UserValues{.name = "Ada", .email = "ada@example.com"}));
}

TEST(UserValues, KeepsUnicodeText) {
  EXPECT_EQ(read_post(R"({"name":" Jos\u00e9 名前 \ud83d\ude80\"\\ ","email":"O'Hara+tag@Example.COM"})"),
            (UserValues{.name = "José 名前 🚀\"\\", .email = "O'Hara+tag@Example.COM"}));
}

TEST(UserValues, HasANameOf1To100CodePoints) {
  for (const char* one : {"a", "é", "名", "🚀", "\\u00e9", "\\ud83d\\ude80"}) {
    EXPECT_TRUE(read_post(with_name(json_string(one)))) << one;
    EXPECT_TRUE(read_post(with_name(json_string(times(100, one))))) << one;
    EXPECT_THAT(read_post(with_name(json_string(times(101, one)))), IsInvalid("name", "too_long")) << one;
  }
}

TEST(UserValues, RejectsAnInvalidName) {
  constexpr std::pair<const char*, const char*> cases[] = {
      {R"("")", "too_short"},
      {R"(" ")", "too_short"},
      {R"("\u00a0\u2003\u3000")", "too_short"},
      {R"("\t")", "invalid_format"},
      {R"("\nAda")", "invalid_format"},
      {R"("Ada\u0000")", "invalid_format"},
      {R"("Ada\u007fKing")", "invalid_format"},
      {R"("Ada\u0085")", "invalid_format"},
      {R"("Ada\u009f")", "invalid_format"},
      {"null", "wrong_type"},
      {"1", "wrong_type"},
      {"1.5", "wrong_type"},
      {"true", "wrong_type"},
      {R"(["Ada"])", "wrong_type"},
      {R"({"first":"Ada"})", "wrong_type"},
  };
  for (const auto& [name, code] : cases)
    EXPECT_THAT(read_post(with_name(name)), IsInvalid("name", code)) << name;
}

TEST(UserValues, RejectsAnInvalidEmail) {
  const std::pair<std::string, const char*> cases[] = {
      {R"("")", "invalid_format"},
      {R"("ada")", "invalid_format"},
      {R"(" ada@example.com")", "invalid_format"},
      {R"("ada@example.com\n")", "invalid_format"},
      {R"("ada@example.com\u0000")", "invalid_format"},
      {R"("jos\u00e9@example.com")", "invalid_format"},
      {json_string(std::string(65, 'a') + "@example.com"), "invalid_format"},
      {json_string("a@" + std::string(300, 'a') + ".com"), "invalid_format"},
      {"null", "wrong_type"},
      {"1", "wrong_type"},
      {"false", "wrong_type"},
      {R"(["ada@example.com"])", "wrong_type"},
      {"{}", "wrong_type"},
  };
  for (const auto& [email, code] : cases)
    EXPECT_THAT(read_post(with_email(email)), IsInvalid("email", code)) << email;
}

TEST(UserValues, HasAnAgeWithinTheBounds) {
  for (const int age : {first_age, first_age + 1, last_age - 1, last_age})
    EXPECT_THAT(read_post(with_age(fmt::to_string(age))).value().age, Optional(age));
}

TEST(UserValues, RejectsAnInvalidAge) {
  const std::pair<std::string, const char*> cases[] = {
      {fmt::to_string(first_age - 1), "out_of_range"},
      {fmt::to_string(last_age + 1), "out_of_range"},
      {fmt::to_string((std::int64_t{1} << 32) + first_age), "out_of_range"},
      {"9223372036854775808", "out_of_range"},
      {"18446744073709551652", "out_of_range"},  // 2^64 + 36
      {"-18446744073709551580", "out_of_range"},
      {std::string(400, '9'), "out_of_range"},
      {"1.0", "wrong_type"},
      {"36.0", "wrong_type"},
      {"36.5", "wrong_type"},
      {"1e1", "wrong_type"},
      {"3.6e1", "wrong_type"},
      {"360E-1", "wrong_type"},
      {"-0.0", "wrong_type"},
      {"1e400", "wrong_type"},
      {"\"1\"", "wrong_type"},
      {"\"\"", "wrong_type"},
      {"true", "wrong_type"},
      {"false", "wrong_type"},
      {"null", "wrong_type"},
      {"[36]", "wrong_type"},
      {"{}", "wrong_type"},
  };
  for (const auto& [age, code] : cases) EXPECT_THAT(read_post(with_age(age)), IsInvalid("age", code)) << age;
}

TEST(UserValues, RequiresNameAndEmail) {
  EXPECT_THAT(read_post(R"({"email":"ada@example.com"})"), IsInvalid("name", "required"));
  EXPECT_THAT(read_post(R"({"name":"Ada"})"), IsInvalid("email", "required"));
}

/// Matches a problem with these errors.
MATCHER_P(HasErrors, errors, "") {
  if (arg.has_value()) {
    *result_listener << "not a problem";
    return false;
  }
  return ::testing::ExplainMatchResult(errors, arg.error().errors, result_listener);
}

auto error(std::string_view field, std::string_view code) {
  return FieldsAre(std::string(field), std::string(code), Not(""));
}

TEST(UserValues, ReportsAllErrorsAtOnce) {
  EXPECT_THAT(read_post("{}"), HasErrors(ElementsAre(error("name", "required"), error("email", "required"))));
  EXPECT_THAT(read_post(R"({"id":1,"age":"1","email":"ada","":0,"name":""})"),
              HasErrors(ElementsAre(error("name", "too_short"), error("email", "invalid_format"),
                                    error("age", "wrong_type"), error("id", "unknown_field"),
                                    error("", "unknown_field"))));
}

TEST(UserValues, RejectsUnknownFields) {
  for (const char* field : {"userId", "createdAt", "updatedAt", "version", "Name", "EMAIL", "age ", "名"}) {
    const auto body = fmt::format(R"({{"name":"Ada","email":"ada@example.com","{}":null}})", field);
    EXPECT_THAT(read_post(body), IsInvalid(field, "unknown_field"));
  }
}

std::string unknown_fields(int count) {
  std::string members;
  for (int i = 0; i < count; ++i) members += fmt::format(R"(,"unknown{}":1)", i);
  return members;
}

TEST(UserValues, ReportsAtMost50Errors) {
  const auto errors_with = [](int count) {
    return read_post(R"({"name":"","email":"ada@example.com")" + unknown_fields(count) + "}").error().errors;
  };
  EXPECT_EQ(errors_with(48).size(), 49U);
  EXPECT_EQ(errors_with(49).size(), 50U);
  EXPECT_EQ(errors_with(50).size(), 50U);
  EXPECT_EQ(errors_with(500).size(), 50U);
  EXPECT_THAT(errors_with(500).front(), error("name", "too_short"));
}

// PUT

TEST(UserPatch, HasTheFieldsOfTheBody) {
  EXPECT_EQ(read_put(R"({"name":" Ada King "})"), UserPatch().set(&UserValues::name, "Ada King"));
  EXPECT_EQ(read_put(R"({"email":"king@example.com"})"),
            UserPatch().set(&UserValues::email, "king@example.com"));
  const auto with_members = [](std::string_view others) {
    return fmt::format(R"({{"age":{}{}}})", last_age, others);
  };
  EXPECT_EQ(read_put(with_members("")), UserPatch().set(&UserValues::age, last_age));
  EXPECT_EQ(read_put(with_members(R"(,"name":"Ada","email":"king@example.com")")),
            UserPatch()
                .set(&UserValues::name, "Ada")
                .set(&UserValues::email, "king@example.com")
                .set(&UserValues::age, last_age));
}

TEST(UserPatch, RemovesTheAgeWithNull) {
  EXPECT_EQ(read_put(R"({"age":null})"), UserPatch().set(&UserValues::age, std::nullopt));
}

TEST(UserPatch, RejectsNullForOtherFields) {
  EXPECT_THAT(read_put(R"({"name":null})"), IsInvalid("name", "wrong_type"));
  EXPECT_THAT(read_put(R"({"email":null})"), IsInvalid("email", "wrong_type"));
}

TEST(UserPatch, RequiresAtLeastOneField) {
  EXPECT_THAT(read_put("{}"), IsInvalid("", "required"));
  EXPECT_THAT(read_put(" {\n} "), IsInvalid("", "required"));
  EXPECT_THAT(read_put(R"({"unknown":"Ada"})"), IsInvalid("unknown", "unknown_field"));
}

TEST(UserPatch, FollowsTheRulesOfAUser) {
  EXPECT_THAT(read_put(R"({"name":" "})"), IsInvalid("name", "too_short"));
  EXPECT_THAT(read_put(fmt::format(R"({{"name":"{}"}})", times(101, "é"))), IsInvalid("name", "too_long"));
  EXPECT_THAT(read_put(R"({"name":"\u0000"})"), IsInvalid("name", "invalid_format"));
  EXPECT_THAT(read_put(R"({"email":"ada@localhost"})"), IsInvalid("email", "invalid_format"));
  EXPECT_THAT(read_put(fmt::format(R"({{"age":{}}})", last_age + 1)), IsInvalid("age", "out_of_range"));
  EXPECT_THAT(read_put(R"({"age":36.0})"), IsInvalid("age", "wrong_type"));
  EXPECT_THAT(read_put(R"({"age":"36"})"), IsInvalid("age", "wrong_type"));
}

TEST(UserPatch, RejectsTheReadOnlyFieldsOfAUser) {
  EXPECT_THAT(read_put(R"({"userId":"ada00000-0000-4000-8000-000000000001","name":"Ada",)"
                       R"("email":"ada@example.com","createdAt":"2026-01-02T03:04:05.678Z",)"
                       R"("updatedAt":"2026-01-02T03:04:05.678Z","version":1})"),
              HasErrors(ElementsAre(error("userId", "unknown_field"), error("createdAt", "unknown_field"),
                                    error("updatedAt", "unknown_field"), error("version", "unknown_field"))));
}

// Both

class UserBody : public ::testing::TestWithParam<Result<std::string> (*)(std::string_view)> {};

/// Parse a body, and return the name or the problem.
Result<std::string> as_post(std::string_view body) {
  return read_post(body).map([](const UserValues& user) { return user.name; });
}
Result<std::string> as_put(std::string_view body) {
  return read_put(body).map([](const UserPatch& patch) { return *patch.find(&UserValues::name); });
}
INSTANTIATE_TEST_SUITE_P(PostAndPut, UserBody, ::testing::Values(as_post, as_put),
                         [](const auto& test) { return test.param == as_post ? "Post" : "Put"; });

TEST_P(UserBody, MustBeAJsonObject) {
  for (const auto body : {
           ""sv,
           " "sv,
           "null"sv,
           "true"sv,
           "1"sv,
           R"("name")"sv,
           "[]"sv,
           R"([{"name":"Ada"}])"sv,
           "{"sv,
           R"({"name")"sv,
           R"({"name":})"sv,
           R"({"name":"Ada",})"sv,
           R"({"name":"Ada"}})"sv,
           R"({"name":"Ada"} {})"sv,
           R"({name:"Ada"})"sv,
           R"({'name':'Ada'})"sv,
           R"({"name":"Ada"}//)"sv,
           "name=Ada&email=ada%40example.com"sv,
           "<user/>"sv,
           "{\"name\":\"Ada\nKing\"}"sv,
           "{\"name\":\"Ada\"}\0"sv,
           "{\"name\":\"A\0da\"}"sv,
           R"({"name":"Ada","age":01})"sv,
           R"({"name":"Ada","age":+1})"sv,
           R"({"name":"Ada","age":NaN})"sv,
           R"({"name":"\x41"})"sv,
       }) {
    EXPECT_THAT(GetParam()(body), IsInvalid("", "malformed_json")) << ::testing::PrintToString(body);
  }
}

TEST_P(UserBody, RejectsDuplicateMembers) {
  for (const char* body : {
           R"({"name":"Ada","email":"ada@example.com","name":"Ada"})",
           R"({"name":"Ada","email":"ada@example.com","n\u0061me":"Ada"})",
           R"({"name":"Ada","email":"ada@example.com","other":{"a":1,"\u0061":2}})",
           R"({"name":"Ada","email":"ada@example.com","other":[{"a":1,"a":1}]})",
       }) {
    EXPECT_THAT(GetParam()(body), IsInvalid("", "malformed_json")) << body;
  }
}

TEST_P(UserBody, HasAtMost16Levels) {
  const auto body = [](std::size_t depth) {
    return fmt::format(R"({{"name":"Ada","email":"ada@example.com","other":{}{}}})", times(depth - 1, "["),
                       times(depth - 1, "]"));
  };
  EXPECT_THAT(GetParam()(body(16)), IsInvalid("other", "unknown_field"));
  EXPECT_THAT(GetParam()(body(17)), IsInvalid("", "malformed_json"));
  EXPECT_THAT(GetParam()(body(8000)), IsInvalid("", "malformed_json"));
}

TEST_P(UserBody, MustBeUtf8WithoutAByteOrderMark) {
  for (const auto body : {
           "\xEF\xBB\xBF{\"name\":\"Ada\",\"email\":\"ada@example.com\"}"sv,
           "{\"name\":\"Jos\xE9\",\"email\":\"ada@example.com\"}"sv,                   // Latin-1
           "{\"name\":\"\xED\xA0\xBD\xED\xBA\x80\",\"email\":\"ada@example.com\"}"sv,  // CESU-8
           "{\"name\":\"\xC0\x80\",\"email\":\"ada@example.com\"}"sv,
           "{\0\"\0n\0\"\0:\0"
           "1\0}\0"sv,  // UTF-16
       }) {
    EXPECT_THAT(GetParam()(body), IsInvalid("", "malformed_json")) << ::testing::PrintToString(body);
  }
}

TEST_P(UserBody, RejectsLoneSurrogates) {
  for (const char* lone : {R"(\ud800)", R"(\udfff)", R"(\ud83d!)", R"(\ude80\ud83d)"}) {
    EXPECT_THAT(GetParam()(with_name(json_string(lone))), IsInvalid("", "malformed_json")) << lone;
    EXPECT_THAT(GetParam()(fmt::format(R"({{"name":"Ada","email":"ada@example.com","{}":1}})", lone)),
                IsInvalid("", "malformed_json"));
  }
}

TEST_P(UserBody, ReportsTheByteOfAnError) {
  const auto problem = GetParam()(R"({"name":"Ada",})");
  ASSERT_THAT(problem, IsInvalid("", "malformed_json"));
  EXPECT_THAT(problem.error().errors[0].message, HasSubstr("at byte 14"));
}

// Fingerprints

// A client may repeat its request after a deployment, so equal values must have the same text in every
// version.
TEST(FingerprintValues, AreTheSameInEveryVersion) {
  EXPECT_EQ(fingerprint_values({.name = "Ada", .email = "ada@example.com", .age = 36}),
            "Ada\x1f"
            "ada@example.com\x1f"
            "36");
  EXPECT_EQ(fingerprint_values({.name = "Ada", .email = "ada@example.com"}),
            "Ada\x1f"
            "ada@example.com\x1f");
}

}  // namespace
}  // namespace users::testing
