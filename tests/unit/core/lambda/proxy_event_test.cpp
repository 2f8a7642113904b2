#include "core/lambda/proxy_event.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "core/support/base64.h"
#include "tests/support/matchers.h"

namespace serverless::lambda::testing {
namespace {

using serverless::testing::fields;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

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
      {R"({"Records":[]})", "does not come from a REST API, an HTTP API or a function URL"},
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

TEST(DecodeEvent, RefusesTooManyHeaders) {
  std::string headers;
  for (std::size_t i = 0; i <= max_headers; ++i)
    headers += fmt::format(R"({}"X-{}":"value")", i == 0 ? "" : ",", i);
  for (const char* event : {R"({{"httpMethod":"GET","headers":{{{}}}}})",
                            R"({{"version":"2.0","requestContext":{{"http":{{}}}},"headers":{{{}}}}})"}) {
    const auto request = decode_event(fmt::format(fmt::runtime(event), headers));
    ASSERT_FALSE(request);
    EXPECT_EQ(request.error(), "the request has more than 2500 headers");
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
