#include "users/user_json.h"

#include "json/writer.h"
#include "users/page_token.h"

namespace users {
namespace {

void write_user(json::Writer& json, const User& user) {
  json.begin_object().member("userId", user.id.text()).member("name", user.name).member("email", user.email);
  if (user.age) json.member("age", *user.age);
  json.member("createdAt", to_rfc3339(user.created_at))
      .member("updatedAt", to_rfc3339(user.updated_at))
      .member("version", user.version)
      .end_object();
}

}  // namespace

std::string to_json(const User& user) {
  json::Writer json;
  write_user(json, user);
  return std::move(json).text();
}

std::string to_json(const UserPage& page) {
  json::Writer json;
  json.begin_object().key("users").begin_array();
  for (const User& user : page.users) write_user(json, user);
  json.end_array().member("count", page.users.size());
  if (page.next_after) json.member("nextToken", to_page_token(*page.next_after));
  json.end_object();
  return std::move(json).text();
}

}  // namespace users
