#include "dynamodb/user_item.h"

#include <fmt/format.h>

#include <charconv>

#include "support/utf8.h"
#include "users/email_address.h"

namespace users::dynamodb {
namespace {

std::optional<std::string_view> string_attribute(const json::Value& item, std::string_view name) {
  return item[name]["S"].string();
}

template <typename Number>
std::optional<Number> number_attribute(const json::Value& item, std::string_view name) {
  const auto text = item[name]["N"].string();
  if (!text) return std::nullopt;
  Number number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return number;
}

}  // namespace

void write_string(json::Writer& json, std::string_view name, std::string_view text) {
  json.key(name).begin_object().member("S", text).end_object();
}

void write_number(json::Writer& json, std::string_view name, std::int64_t number) {
  json.key(name).begin_object().member("N", fmt::to_string(number)).end_object();
}

std::string_view name_initial(std::string_view folded_name) {
  const auto first = decode_code_point(folded_name);
  return folded_name.substr(0, first ? first->length : 0);
}

void write_name_keys(json::Writer& json, std::string_view prefix, const NamePosition& position) {
  write_string(json, fmt::format("{}nameInitial", prefix), name_initial(position.folded_name));
  write_string(json, fmt::format("{}nameKey", prefix), name_key(position));
}

void write_item(json::Writer& json, const User& user, std::string_view write_token) {
  json.begin_object();
  write_string(json, "userId", user.id.text());
  write_string(json, "name", user.name);
  write_string(json, "email", user.email);
  write_string(json, "foldedEmail", folded_email(user.email));
  write_name_keys(json, "", name_position(user));
  if (user.age) write_number(json, "age", *user.age);
  write_string(json, "createdAt", to_rfc3339(user.created_at));
  write_string(json, "updatedAt", to_rfc3339(user.updated_at));
  write_number(json, "version", user.version);
  write_string(json, "writeToken", write_token);
  json.end_object();
}

std::optional<User> user_from_item(const json::Value& item) {
  const auto id = UserId::parse(string_attribute(item, "userId").value_or(""));
  const auto name = string_attribute(item, "name");
  const auto email = string_attribute(item, "email");
  const auto age = number_attribute<int>(item, "age");
  const bool bad_age = !age && !item["age"].is_missing();
  const auto created_at = from_rfc3339(string_attribute(item, "createdAt").value_or(""));
  const auto updated_at = from_rfc3339(string_attribute(item, "updatedAt").value_or(""));
  const auto version = number_attribute<std::int64_t>(item, "version");
  if (!id || !name || !email || bad_age || !created_at || !updated_at || !version) return std::nullopt;
  return User{.id = *id,
              .name = std::string(*name),
              .email = std::string(*email),
              .age = age,
              .created_at = *created_at,
              .updated_at = *updated_at,
              .version = *version};
}

bool was_written_with(const json::Value& item, std::string_view write_token) {
  return string_attribute(item, "writeToken") == write_token;
}

}  // namespace users::dynamodb
