#include "core/http/json_body.h"

#include <gtest/gtest.h>

#include "tests/support/matchers.h"
#include "tests/support/requests.h"

namespace serverless::http::testing {
namespace {

using serverless::testing::a_post;
using serverless::testing::IsInvalid;
using serverless::testing::IsProblem;
using Kind = Problem::Kind;

TEST(JsonBody, IsTheUnchangedBody) {
  const Request request = a_post().header("Content-Type", "application/json").body(" {not parsed yet\xFF");
  EXPECT_EQ(json_body(request), " {not parsed yet\xFF");
}

TEST(JsonBody, HasAtMost16KiB) {
  EXPECT_TRUE(json_body(a_post().body(std::string(16'384, ' '))));
  EXPECT_THAT(json_body(a_post().body(std::string(16'385, ' '))), IsProblem(Kind::payload_too_large));
}

TEST(JsonBody, IsRequired) {
  EXPECT_THAT(json_body(a_post()), IsInvalid("", "malformed_json"));
}

TEST(JsonBody, IsRequiredForAnyMediaType) {
  EXPECT_THAT(json_body(a_post().header("Content-Type", "text/plain")), IsInvalid("", "malformed_json"));
}

TEST(JsonBody, IsLimitedForAnyMediaType) {
  EXPECT_THAT(json_body(a_post().header("Content-Type", "text/plain").body(std::string(16'385, ' '))),
              IsProblem(Kind::payload_too_large));
}

TEST(JsonBody, AcceptsJsonMediaTypes) {
  for (const char* type : {
           "application/json",
           "Application/JSON",
           "application/json; charset=utf-8",
           "application/json;charset=\"utf-16\"",
           "application/json ;x",
           " application/json ",
           "application/merge-patch+json",
           "application/vnd.example.order+json; version=1",
           "APPLICATION/PROBLEM+JSON",
           "application/a+b+json",
       }) {
    EXPECT_TRUE(json_body(a_post().header("Content-Type", type).body("{}"))) << type;
  }
  EXPECT_TRUE(json_body(a_post().body("{}"))) << "without a type";
}

TEST(JsonBody, RejectsOtherMediaTypes) {
  for (const char* type : {
           "text/plain",
           "text/json",
           "application/x-www-form-urlencoded",
           "multipart/form-data; boundary=json",
           "application/xml",
           "application/jsonp",
           "application/json5",
           "application/x-json",
           "application/json-seq",
           "application/+json",
           "application/vnd.example+jsonp",
           "application/vnd.example+json.gz",
           "text/vnd.example+json",
           "image/svg+json",
           "application",
           "application/",
           "json",
           "+json",
           "*/*",
           "application/*",
           "",
           ";",
           "; charset=utf-8",
           "text/plain; application/json",
           "application /json",
           "application/ json",
           "application/json, text/plain",
           "text/plain, application/vnd.example+json",
           "application/json, application/vnd.example+json",
       }) {
    EXPECT_THAT(json_body(a_post().header("Content-Type", type).body("{}")),
                IsProblem(Kind::unsupported_media_type))
        << type;
  }
}

}  // namespace
}  // namespace serverless::http::testing
