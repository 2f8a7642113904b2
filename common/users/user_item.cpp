#include "users/user_item.h"

#include "core/support/utf8.h"
#include "users/email_address.h"

namespace users {
namespace {

/// Returns the partition key of a name in the index ByName: its first character, so that all names with a
/// common prefix are in one partition.
std::string name_initial(std::string_view folded_name) {
  const auto first = serverless::decode_code_point(folded_name);
  return std::string(folded_name.substr(0, first ? first->length : 0));
}

void add_name(dynamodb::Attributes& attributes, const UserId& id, const std::string& name) {
  const NamePosition position = name_position(id, name);
  attributes.push_back({"name", name});
  attributes.push_back({"nameInitial", name_initial(position.folded_name)});
  attributes.push_back({"nameKey", name_key(position)});
}

void add_email(dynamodb::Attributes& attributes, const std::string& email) {
  attributes.push_back({"email", email});
  attributes.push_back({unique_email.name, folded_email(email)});
}

}  // namespace

dynamodb::Table users_table(const serverless::Environment& environment) {
  return {.name = environment.require("TABLE_NAME"),
          .claims_name = environment.require("CLAIMS_TABLE_NAME"),
          .key_attribute = "userId",
          .unique = {unique_email},
          .is_readable = [](const dynamodb::Item& item) { return to_user(item).has_value(); }};
}

dynamodb::Attributes to_item(const User& user) {
  dynamodb::Attributes item{{"userId", user.id.text()}};
  add_name(item, user.id, user.name);
  add_email(item, user.email);
  if (user.age) item.push_back({"age", *user.age});
  item.push_back({"createdAt", to_rfc3339(user.created_at)});
  item.push_back({"updatedAt", to_rfc3339(user.updated_at)});
  item.push_back({dynamodb::version_attribute, user.version});
  return item;
}

dynamodb::ItemChange to_change(const UserId& id, const UserPatch& patch, Instant now) {
  dynamodb::ItemChange change{.set = {{"updatedAt", to_rfc3339(now)}}};
  if (patch.name) add_name(change.set, id, *patch.name);
  if (patch.email) add_email(change.set, *patch.email);
  if (patch.age && *patch.age) change.set.push_back({"age", **patch.age});
  if (patch.age && !*patch.age) change.remove.emplace_back("age");
  return change;
}

std::optional<User> to_user(const dynamodb::Item& item) {
  const auto id = UserId::parse(item.string("userId").value_or(""));
  const auto name = item.string("name");
  const auto email = item.string("email");
  const auto age = item.number<int>("age");
  const bool bad_age = item.has("age") && !age;
  const auto created_at = from_rfc3339(item.string("createdAt").value_or(""));
  const auto updated_at = from_rfc3339(item.string("updatedAt").value_or(""));
  const auto version = item.number<std::int64_t>(dynamodb::version_attribute);
  if (!id || !name || !email || bad_age || !created_at || !updated_at || !version) return std::nullopt;
  return User{.id = *id,
              .name = std::string(*name),
              .email = std::string(*email),
              .age = age,
              .created_at = *created_at,
              .updated_at = *updated_at,
              .version = *version};
}

dynamodb::IndexRange names_beginning_with(std::string_view prefix) {
  return {.index = "ByName",
          .partition_attribute = "nameInitial",
          .partition = name_initial(prefix),
          .sort_attribute = "nameKey",
          .prefix = std::string(prefix)};
}

}  // namespace users
