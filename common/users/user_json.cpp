#include "users/user_json.h"

#include "core/json/field_writer.h"

namespace users {
namespace {

void write_user(json::Writer& json, const User& user) {
  json.begin_object().member("userId", user.id.text());
  json::write_fields(json, user.values);
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

std::string to_json(const std::vector<User>& users, const std::optional<std::string>& next_token) {
  json::Writer json;
  json.begin_object().key("users").begin_array();
  for (const User& user : users) write_user(json, user);
  json.end_array().member("count", users.size());
  if (next_token) json.member("nextToken", *next_token);
  json.end_object();
  return std::move(json).text();
}

}  // namespace users
