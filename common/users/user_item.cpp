#include "users/user_item.h"

#include "core/dynamodb/field_attributes.h"
#include "core/support/utf8.h"
#include "users/email_address.h"

namespace users {
namespace {

constexpr std::string_view created_at_attribute = "createdAt";
constexpr std::string_view updated_at_attribute = "updatedAt";
constexpr std::string_view name_initial_attribute = "nameInitial";
constexpr std::string_view name_key_attribute = "nameKey";

static_assert(serverless::has_no_field_named<UserValues>({id_attribute, created_at_attribute,
                                                          updated_at_attribute, name_initial_attribute,
                                                          name_key_attribute, unique_email.name,
                                                          dynamodb::version_attribute,
                                                          dynamodb::write_token_attribute}),
              "a field has one of these names, which the server sets");

/// Returns the partition key of a name in the index ByName: its first character, so that all names with a
/// common prefix are in one partition.
std::string name_initial(std::string_view folded_name) {
  const auto first = serverless::decode_code_point(folded_name);
  return std::string(folded_name.substr(0, first ? first->length : 0));
}

/// Add the attributes that the index ByName and the claim on an email address need in addition to the field.
void add_name_keys(dynamodb::Attributes& attributes, const UserId& id, const std::string& name) {
  const NamePosition position = name_position(id, name);
  attributes.push_back({name_initial_attribute, name_initial(position.folded_name)});
  attributes.push_back({name_key_attribute, name_key(position)});
}
void add_folded_email(dynamodb::Attributes& attributes, const std::string& email) {
  attributes.push_back({unique_email.name, folded_email(email)});
}

}  // namespace

dynamodb::Table users_table(const serverless::Environment& environment) {
  return {.name = environment.require("TABLE_NAME"),
          .claims_name = environment.require("CLAIMS_TABLE_NAME"),
          .key_attribute = id_attribute,
          .unique = {unique_email},
          .is_readable = [](const dynamodb::Item& item) { return to_user(item).has_value(); }};
}

dynamodb::Attributes to_item(const User& user) {
  dynamodb::Attributes item{{id_attribute, user.id.text()}};
  dynamodb::append_fields(item, user.values);
  add_name_keys(item, user.id, user.values.name);
  add_folded_email(item, user.values.email);
  item.push_back({created_at_attribute, to_rfc3339(user.created_at)});
  item.push_back({updated_at_attribute, to_rfc3339(user.updated_at)});
  item.push_back({dynamodb::version_attribute, user.version});
  return item;
}

dynamodb::ItemChange to_change(const UserId& id, const UserPatch& patch, Instant now) {
  dynamodb::ItemChange change{.set = {{updated_at_attribute, to_rfc3339(now)}}};
  dynamodb::append_fields(change, patch);
  if (const auto* name = patch.find(&UserValues::name)) add_name_keys(change.set, id, *name);
  if (const auto* email = patch.find(&UserValues::email)) add_folded_email(change.set, *email);
  return change;
}

std::optional<User> to_user(const dynamodb::Item& item) {
  const auto id = UserId::parse(item.string(id_attribute).value_or(""));
  auto values = dynamodb::read_fields<UserValues>(item);
  const auto created_at = from_rfc3339(item.string(created_at_attribute).value_or(""));
  const auto updated_at = from_rfc3339(item.string(updated_at_attribute).value_or(""));
  const auto version = item.number<std::int64_t>(dynamodb::version_attribute);
  if (!id || !values || !created_at || !updated_at || !version) return std::nullopt;
  return User{.id = *id,
              .values = *std::move(values),
              .created_at = *created_at,
              .updated_at = *updated_at,
              .version = *version};
}

dynamodb::IndexRange names_beginning_with(std::string_view prefix) {
  return {.index = "ByName",
          .partition_attribute = name_initial_attribute,
          .partition = name_initial(prefix),
          .sort_attribute = name_key_attribute,
          .prefix = std::string(prefix)};
}

}  // namespace users
