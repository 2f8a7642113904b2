#include "core/lambda/proxy_event.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/json/json.h"
#include "core/support/base64.h"
#include "tests/support/matchers.h"

namespace serverless::lambda::testing {
namespace {

using serverless::testing::fields;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

std::string event(const std::string& name) {
  const std::ifstream file(std::filesystem::path(EVENTS_DIR) / (name + ".json"));
  if (!file) throw std::runtime_error("cannot read the event " + name);
  return (std::ostringstream() << file.rdbuf()).str();
}

http::Request decoded(const std::string& name) {
  return decode_event(event(name)).value();
}

constexpr const char* rest_id = "9c5a7d2e-4f0b-4f7e-9a53-0c2b8a6f1d10";
constexpr const char* http_id = "JKJaXmPLvHcESHA=";
constexpr const char* function_url_id = "e1506fd5-9e7b-434f-bd42-4f8fa224b599";
constexpr const char* sam_local_id = "7d0b3a52-2f61-4c8f-9d53-6e0d0f9c1a77";

constexpr const char* user_id = "5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f";
constexpr const char* user_path = "/users/5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f";
constexpr const char* user_path_in_prod = "/prod/users/5f0c7d6e-2c1b-4a9d-8e3f-1a2b3c4d5e6f";

constexpr const char* ada = R"({"name": "Ada Lovelace", "email": "ada@example.com", "age": 36})";
constexpr const char* jose = "{\"name\": \"José 名前 👩‍🚀\", \"email\": \"jose@example.com\"}";
constexpr const char* jose_of_41 =
    "{\"name\": \"José 名前 👩‍🚀\", \"email\": \"jose@example.com\", \"age\": 41}";
constexpr const char* jose_in_latin_1 = "{\"name\":\"Jos\xE9\",\"email\":\"jose@example.com\"}";
constexpr const char* ada_king = R"({"name": "Ada King", "age": null})";

constexpr const char* users = "/users";
constexpr const char* one_user = "/users/{userId}";

using Query = std::vector<std::pair<std::string, std::string>>;

struct Expected {
  const char* event;
  const char* method;
  const char* path;
  const char* resource;
  const char* id;
  const char* body = "";
  bool has_user_id = false;
  Query query = {};
};

const Expected expected[] = {
    {"rest_create_user", "POST", "/prod/users", users, rest_id, ada},
    {"rest_create_user_base64", "POST", "/prod/users", users, rest_id, jose_of_41},
    {"rest_create_user_custom_domain", "POST", "/accounts/v1/users", users, rest_id, ada},
    {"rest_create_user_non_ascii", "POST", "/prod/users", users, rest_id, jose},
    {"rest_create_user_not_utf8", "POST", "/prod/users", users, rest_id, jose_in_latin_1},
    {"rest_create_user_nulls", "POST", "/users", users, rest_id},
    {"rest_delete_user", "DELETE", user_path_in_prod, one_user, rest_id, "", true},
    {"rest_get_user", "GET", user_path_in_prod, one_user, rest_id, "", true},
    {"rest_get_user_if_none_match", "GET", user_path_in_prod, one_user, rest_id, "", true},
    {"rest_get_user_nulls", "GET", user_path, one_user, rest_id},
    {"rest_list_users", "GET", "/prod/users", users, rest_id},
    {"rest_list_users_nulls", "GET", "/users", users, rest_id},
    {"rest_list_users_query",
     "GET",
     "/prod/users",
     users,
     rest_id,
     "",
     false,
     {{"pageSize", "2"}, {"unknown", "José & co"}}},
    {"rest_list_users_repeated_query",
     "GET",
     "/prod/users",
     users,
     rest_id,
     "",
     false,
     {{"pageSize", "2"}, {"pageSize", "3"}}},
    {"rest_update_user", "PUT", user_path_in_prod, one_user, rest_id, ada_king, true},
    {"sam_local_create_user", "POST", "/users", users, sam_local_id, jose},
    {"sam_local_get_user", "GET", user_path, one_user, sam_local_id, "", true},
    {"sam_local_list_users_query",
     "GET",
     "/users",
     users,
     sam_local_id,
     "",
     false,
     {{"pageSize", "2"}, {"unknown", "José"}}},
    {"http_create_user", "POST", "/users", users, http_id, ada},
    {"http_create_user_base64", "POST", "/users", users, http_id, jose_of_41},
    {"http_create_user_non_ascii", "POST", "/users", users, http_id, jose},
    {"http_create_user_nulls", "POST", "/users", users, http_id},
    {"http_create_user_stage", "POST", "/v1/users", users, http_id, ada},
    {"http_delete_user", "DELETE", user_path, one_user, http_id, "", true},
    {"http_get_user", "GET", user_path, one_user, http_id, "", true},
    {"http_get_user_if_none_match", "GET", user_path, one_user, http_id, "", true},
    {"http_list_users", "GET", "/users", users, http_id},
    {"http_list_users_nulls", "GET", "/users", users, http_id},
    {"http_list_users_query",
     "GET",
     "/users",
     users,
     http_id,
     "",
     false,
     {{"pageSize", "2"}, {"unknown", "José & co"}}},
    {"http_list_users_repeated_query",
     "GET",
     "/users",
     users,
     http_id,
     "",
     false,
     {{"pageSize", "2"}, {"pageSize", "3"}}},
    {"http_update_user", "PUT", user_path, one_user, http_id, ada_king, true},
    {"function_url_create_user", "POST", "/users", "", function_url_id, ada},
    {"function_url_get_user", "GET", user_path, "", function_url_id},
};

TEST(DecodeEvent, DecodesEveryRecordedEvent) {
  for (const Expected& e : expected) {
    SCOPED_TRACE(e.event);
    const http::Request request = decoded(e.event);
    EXPECT_EQ(request.method, e.method);
    EXPECT_EQ(request.path, e.path);
    EXPECT_EQ(request.resource, e.resource);
    EXPECT_EQ(request.id, e.id);
    EXPECT_EQ(request.body, e.body);
    EXPECT_EQ(request.query, e.query);
    const std::map<std::string, std::string> parameters =
        e.has_user_id ? std::map<std::string, std::string>{{"userId", user_id}}
                      : std::map<std::string, std::string>();
    EXPECT_EQ(request.path_parameters, parameters);
  }
}

TEST(DecodeEvent, IsTestedWithEveryRecordedEvent) {
  std::vector<std::string> recorded;
  for (const auto& entry : std::filesystem::directory_iterator(EVENTS_DIR))
    if (entry.path().extension() == ".json") recorded.push_back(entry.path().stem());
  std::vector<std::string> tested = {"sqs_message"};  // not a request; see below
  for (const Expected& e : expected) tested.emplace_back(e.event);
  EXPECT_THAT(recorded, ::testing::UnorderedElementsAreArray(tested));
}

TEST(DecodeEvent, FindsHeadersInAnyCase) {
  for (const char* name : {"rest_create_user", "rest_create_user_base64", "http_create_user",
                           "function_url_create_user", "sam_local_create_user"}) {
    EXPECT_EQ(decoded(name).headers.get("Content-Type"), "application/json") << name;
  }
  EXPECT_EQ(decoded("rest_delete_user").headers.get("If-Match"), R"("3")");
  EXPECT_EQ(decoded("http_delete_user").headers.get("If-Match"), R"("3")");
}

TEST(DecodeEvent, JoinsRepeatedHeaders) {
  EXPECT_EQ(decoded("rest_update_user").headers.get("If-Match"), R"("1", "2")");
  EXPECT_EQ(decoded("rest_get_user_if_none_match").headers.get("If-None-Match"), R"("1", W/"2", "3")");
}

TEST(DecodeEvent, AcceptsEventsWithoutHeaders) {
  for (const char* name :
       {"rest_create_user_nulls", "rest_get_user_nulls", "http_create_user_nulls", "http_list_users_nulls"})
    EXPECT_THAT(fields(decoded(name).headers), IsEmpty()) << name;
}

http::Request decoded_text(std::string_view text) {
  return decode_event(text).value();
}

TEST(DecodeEvent, TreatsInvalidMembersOfARestEventAsAbsent) {
  for (const char* text : {
           R"({"httpMethod":"GET"})",
           R"({"httpMethod":"GET","path":null,"resource":null,"headers":null,"multiValueHeaders":null,)"
           R"("queryStringParameters":null,"multiValueQueryStringParameters":null,"pathParameters":null,)"
           R"("requestContext":null,"body":null,"isBase64Encoded":null})",
           R"({"httpMethod":"GET","headers":[],"multiValueHeaders":{"A":null,"B":[],"C":[null,1]},)"
           R"("queryStringParameters":"","multiValueQueryStringParameters":{"a":null},"pathParameters":[],)"
           R"("requestContext":7,"body":{},"isBase64Encoded":"true"})",
       }) {
    const http::Request request = decoded_text(text);
    EXPECT_EQ(request.method, "GET");
    EXPECT_EQ(request.path, "");
    EXPECT_EQ(request.id, "");
    EXPECT_EQ(request.body, "");
    EXPECT_THAT(fields(request.headers), IsEmpty());
    EXPECT_THAT(request.query, IsEmpty());
    EXPECT_THAT(request.path_parameters, IsEmpty());
  }
}

TEST(DecodeEvent, TreatsInvalidMembersOfAnHttpEventAsAbsent) {
  for (const char* text : {
           R"({"version":"2.0","requestContext":{"http":{}}})",
           R"({"version":"2.0","requestContext":{"http":{"method":null},"requestId":null},"rawPath":null,)"
           R"("routeKey":null,"headers":{"a":null},"rawQueryString":null,"pathParameters":null,"body":null})",
       }) {
    const http::Request request = decoded_text(text);
    EXPECT_EQ(request.method, "");
    EXPECT_EQ(request.path, "");
    EXPECT_EQ(request.resource, "");
    EXPECT_THAT(fields(request.headers), IsEmpty());
    EXPECT_THAT(request.query, IsEmpty());
  }
}

TEST(DecodeEvent, ReadsSingleValuesWithoutMultiValueMembers) {
  const http::Request request = decoded_text(
      R"({"httpMethod":"GET","path":"/orders","headers":{"A":"1","a":"2"},"queryStringParameters":{"b":"3"}})");
  EXPECT_THAT(fields(request.headers), ElementsAre(Pair("A", "1, 2")));
  EXPECT_THAT(request.query, ElementsAre(Pair("b", "3")));
  EXPECT_EQ(request.path, "/orders");
}

TEST(DecodeEvent, DecodesPathParametersOfRestEventsOnly) {
  const auto with_parameter = [](std::string_view start) {
    return decoded_text(std::string(start) + R"(,"pathParameters":{"orderId":"a%20%C3%A9"}})")
        .path_parameters;
  };
  EXPECT_THAT(with_parameter(R"({"httpMethod":"GET")"), ElementsAre(Pair("orderId", "a é")));
  EXPECT_THAT(with_parameter(R"({"version":"2.0","requestContext":{"http":{"method":"GET"}})"),
              ElementsAre(Pair("orderId", "a%20%C3%A9")));
}

TEST(DecodeEvent, DecodesTheQueryOfAnHttpEvent) {
  const http::Request request = decoded_text(
      R"({"version":"2.0","requestContext":{"http":{"method":"GET"}},"rawQueryString":"a=x+y&a=%2B%C3%A9&b"})");
  EXPECT_THAT(request.query, ElementsAre(Pair("a", "x y"), Pair("a", "+é"), Pair("b", "")));
}

TEST(DecodeEvent, ReadsTheCallerThatTheGatewayAuthenticated) {
  struct Case {
    const char* context;
    const char* caller;
  };
  const Case rest[] = {
      {R"({"identity":{"userArn":"arn:aws:iam::123456789012:user/ada","caller":"AIDAEXAMPLE","accessKey":"ASIA"}})",
       "iam arn:aws:iam::123456789012:user/ada"},
      {R"({"identity":{"userArn":"arn:aws:sts::123456789012:assumed-role/Guests/CognitoIdentityCredentials",
                       "cognitoIdentityId":"eu-central-1:0b7a3c55"}})",
       "cognito-identity eu-central-1:0b7a3c55"},
      {R"({"identity":{"userArn":null},"authorizer":{"claims":{"sub":"0b7a3c55","iss":"https://issuer.example"}}})",
       "jwt https://issuer.example 0b7a3c55"},
      {R"({"identity":{"userArn":null,"cognitoIdentityId":null},"authorizer":null})", ""},
      {R"({"authorizer":{"principalId":"from a custom authorizer"}})", ""},
  };
  for (const auto& [context, caller] : rest)
    EXPECT_EQ(decoded_text(fmt::format(R"({{"httpMethod":"GET","requestContext":{}}})", context)).caller,
              caller);

  const Case http[] = {
      {R"({"iam":{"userArn":"arn:aws:iam::123456789012:user/ada","callerId":"AIDAEXAMPLE","cognitoIdentity":null}})",
       "iam arn:aws:iam::123456789012:user/ada"},
      {R"({"iam":{"userArn":"arn:aws:sts::123456789012:assumed-role/Guests/CognitoIdentityCredentials",
                  "cognitoIdentity":{"identityId":"eu-central-1:0b7a3c55","amr":["unauthenticated"]}}})",
       "cognito-identity eu-central-1:0b7a3c55"},
      {R"({"jwt":{"claims":{"sub":"0b7a3c55","iss":"https://issuer.example"},"scopes":null}})",
       "jwt https://issuer.example 0b7a3c55"},
      {R"({"lambda":{"key":"value"}})", ""},
      {"null", ""},
  };
  for (const auto& [authorizer, caller] : http) {
    constexpr const char* event =
        R"({{"version":"2.0","requestContext":{{"http":{{"method":"GET"}},"authorizer":{}}}}})";
    EXPECT_EQ(decoded_text(fmt::format(event, authorizer)).caller, caller);
  }
}

TEST(DecodeEvent, IgnoresACallerThatTheClientSends) {
  const char* event = R"({"httpMethod":"GET","headers":{"x-amzn-iam-arn":"arn:aws:iam::123456789012:user/ada",
      "Authorization":"Bearer a.b.c"},"body":"{\"requestContext\":{\"identity\":{\"userArn\":\"arn\"}}}"})";
  EXPECT_EQ(decoded_text(event).caller, "");
}

TEST(DecodeEvent, KeepsEveryByteOfABase64Body) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<char>(byte));
  const http::Request request = decoded_text(R"({"httpMethod":"POST","isBase64Encoded":true,"body":")" +
                                             base64_encode(bytes) + R"("})");
  EXPECT_EQ(request.body, bytes);
}

TEST(DecodeEvent, IgnoresAnIdThatIsNotVisibleAscii) {
  for (const char* id : {R"(a\r\nSet-Cookie: b)", R"(a\u0000)", "a b", "é", R"(\u007f)"}) {
    EXPECT_EQ(
        decoded_text(fmt::format(R"({{"httpMethod":"GET","requestContext":{{"requestId":"{}"}}}})", id)).id,
        "")
        << id;
  }
  EXPECT_EQ(decoded_text(R"({"httpMethod":"GET","requestContext":{"requestId":"!aZ0-_.~"}})").id, "!aZ0-_.~");
}

TEST(DecodeEvent, ReportsWhyAnEventIsNotARequest) {
  const std::pair<std::string, const char*> cases[] = {
      {event("sqs_message"), "does not come from a REST API, an HTTP API or a function URL"},
      {"{}", "does not come from a REST API"},
      {"[]", "does not come from a REST API"},
      {"null", "does not come from a REST API"},
      {R"({"version":"2.0","rawPath":"/orders"})", "does not come from a REST API"},
      {R"({"requestContext":{"http":{"method":"GET"}}})", "does not come from a REST API"},
      {R"({"httpMethod":null})", "does not come from a REST API"},
      {"", "not JSON"},
      {"{", "not JSON"},
      {"{\"httpMethod\":\"GET\",\"body\":\"\xFF\"}", "not JSON"},
      {R"({"httpMethod":"POST","isBase64Encoded":true,"body":"{}"})", "isBase64Encoded"},
  };
  for (const auto& [text, reason] : cases) {
    const auto request = decode_event(text);
    ASSERT_FALSE(request) << text;
    EXPECT_THAT(request.error(), HasSubstr(reason)) << text;
  }
}

TEST(EncodeResponse, WritesOnlyTheMembersThatBothVersionsAccept) {
  EXPECT_EQ(encode_response({.status = 200,
                             .headers = {{"Content-Type", "application/json"}, {"ETag", R"("3")"}},
                             .body = R"({"name":"José 名前 👩‍🚀"})"}),
            R"({"statusCode":200,"headers":{"Content-Type":"application/json","ETag":"\"3\""},)"
            R"("body":"{\"name\":\"José 名前 👩‍🚀\"}","isBase64Encoded":false})");
}

TEST(EncodeResponse, AcceptsAResponseWithoutHeadersOrBody) {
  EXPECT_EQ(encode_response({.status = 304, .headers = {}, .body = ""}),
            R"({"statusCode":304,"headers":{},"body":"","isBase64Encoded":false})");
}

}  // namespace
}  // namespace serverless::lambda::testing
