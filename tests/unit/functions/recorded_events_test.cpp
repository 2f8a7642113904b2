#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/lambda/proxy_event.h"
#include "tests/support/matchers.h"

/// The events of tests/events, as the functions of this API receive them.
namespace users::testing {
namespace {

using serverless::lambda::decode_event;
using serverless::testing::fields;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
namespace http = serverless::http;

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

constexpr const char* ada_json = R"({"name": "Ada Lovelace", "email": "ada@example.com"})";
constexpr const char* jose_json = "{\"name\": \"José 名前 👩‍🚀\", \"email\": \"jose@example.com\"}";
constexpr const char* jose_json_in_latin_1 = "{\"name\":\"Jos\xE9\",\"email\":\"jose@example.com\"}";
constexpr const char* ada_king = R"({"name": "Ada King"})";

constexpr const char* all_users = "/users";
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

const Expected expectations[] = {
    {"rest_create_user", "POST", "/prod/users", all_users, rest_id, ada_json},
    {"rest_create_user_base64", "POST", "/prod/users", all_users, rest_id, jose_json},
    {"rest_create_user_custom_domain", "POST", "/accounts/v1/users", all_users, rest_id, ada_json},
    {"rest_create_user_non_ascii", "POST", "/prod/users", all_users, rest_id, jose_json},
    {"rest_create_user_not_utf8", "POST", "/prod/users", all_users, rest_id, jose_json_in_latin_1},
    {"rest_create_user_nulls", "POST", "/users", all_users, rest_id},
    {"rest_delete_user", "DELETE", user_path_in_prod, one_user, rest_id, "", true},
    {"rest_get_user", "GET", user_path_in_prod, one_user, rest_id, "", true},
    {"rest_get_user_if_none_match", "GET", user_path_in_prod, one_user, rest_id, "", true},
    {"rest_get_user_nulls", "GET", user_path, one_user, rest_id},
    {"rest_list_users", "GET", "/prod/users", all_users, rest_id},
    {"rest_list_users_nulls", "GET", "/users", all_users, rest_id},
    {"rest_list_users_query",
     "GET",
     "/prod/users",
     all_users,
     rest_id,
     "",
     false,
     {{"pageSize", "2"}, {"unknown", "José & co"}}},
    {"rest_list_users_repeated_query",
     "GET",
     "/prod/users",
     all_users,
     rest_id,
     "",
     false,
     {{"pageSize", "2"}, {"pageSize", "3"}}},
    {"rest_update_user", "PUT", user_path_in_prod, one_user, rest_id, ada_king, true},
    {"sam_local_create_user", "POST", "/users", all_users, sam_local_id, jose_json},
    {"sam_local_get_user", "GET", user_path, one_user, sam_local_id, "", true},
    {"sam_local_list_users_query",
     "GET",
     "/users",
     all_users,
     sam_local_id,
     "",
     false,
     {{"pageSize", "2"}, {"unknown", "José"}}},
    {"http_create_user", "POST", "/users", all_users, http_id, ada_json},
    {"http_create_user_base64", "POST", "/users", all_users, http_id, jose_json},
    {"http_create_user_non_ascii", "POST", "/users", all_users, http_id, jose_json},
    {"http_create_user_nulls", "POST", "/users", all_users, http_id},
    {"http_create_user_stage", "POST", "/v1/users", all_users, http_id, ada_json},
    {"http_delete_user", "DELETE", user_path, one_user, http_id, "", true},
    {"http_get_user", "GET", user_path, one_user, http_id, "", true},
    {"http_get_user_if_none_match", "GET", user_path, one_user, http_id, "", true},
    {"http_list_users", "GET", "/users", all_users, http_id},
    {"http_list_users_nulls", "GET", "/users", all_users, http_id},
    {"http_list_users_query",
     "GET",
     "/users",
     all_users,
     http_id,
     "",
     false,
     {{"pageSize", "2"}, {"unknown", "José & co"}}},
    {"http_list_users_repeated_query",
     "GET",
     "/users",
     all_users,
     http_id,
     "",
     false,
     {{"pageSize", "2"}, {"pageSize", "3"}}},
    {"http_update_user", "PUT", user_path, one_user, http_id, ada_king, true},
    {"function_url_create_user", "POST", "/users", "", function_url_id, ada_json},
    {"function_url_get_user", "GET", user_path, "", function_url_id},
};

TEST(RecordedEvents, AreDecoded) {
  for (const Expected& e : expectations) {
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

TEST(RecordedEvents, AreAllTested) {
  std::vector<std::string> recorded;
  for (const auto& entry : std::filesystem::directory_iterator(EVENTS_DIR))
    if (entry.path().extension() == ".json") recorded.push_back(entry.path().stem());
  std::vector<std::string> tested = {"sqs_message"};  // not a request; see below
  for (const Expected& e : expectations) tested.emplace_back(e.event);
  EXPECT_THAT(recorded, ::testing::UnorderedElementsAreArray(tested));
}

TEST(RecordedEvents, HaveHeadersWithCaseInsensitiveNames) {
  for (const char* name : {"rest_create_user", "rest_create_user_base64", "http_create_user",
                           "function_url_create_user", "sam_local_create_user"}) {
    EXPECT_EQ(decoded(name).headers.get("Content-Type"), "application/json") << name;
  }
  EXPECT_EQ(decoded("rest_delete_user").headers.get("If-Match"), R"("3")");
  EXPECT_EQ(decoded("http_delete_user").headers.get("If-Match"), R"("3")");
}

TEST(RecordedEvents, MayRepeatHeaders) {
  EXPECT_EQ(decoded("rest_update_user").headers.get("If-Match"), R"("1", "2")");
  EXPECT_EQ(decoded("rest_get_user_if_none_match").headers.get("If-None-Match"), R"("1", W/"2", "3")");
}

TEST(RecordedEvents, MayHaveNoHeaders) {
  for (const char* name :
       {"rest_create_user_nulls", "rest_get_user_nulls", "http_create_user_nulls", "http_list_users_nulls"})
    EXPECT_THAT(fields(decoded(name).headers), IsEmpty()) << name;
}

TEST(RecordedEvents, OfAnotherServiceAreNotRequests) {
  EXPECT_THAT(decode_event(event("sqs_message")).error(), HasSubstr("does not come from a REST API"));
}

}  // namespace
}  // namespace users::testing
