// Bodies of POST and PUT, and the users that they describe.

#include <algorithm>
#include <concepts>

#include "core/http/field_reader.h"
#include "core/http/problem_response.h"
#include "core/json/field_writer.h"
#include "core/json/json.h"
#include "core/support/utf8.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/response.h"
#include "tests/support/requests.h"
#include "tests/support/users/fakes.h"
#include "users/name_order.h"
#include "users/user_item.h"
#include "users/user_json.h"

namespace serverless::fuzz {
namespace {

using namespace users;  // NOLINT(google-build-using-namespace): this file is about users

void check_rejection(const Problem& problem) {
  require(problem.kind == Problem::Kind::invalid_request, "an invalid body is an invalid request");
  require(!problem.errors.empty() && problem.errors.size() <= 50, "a problem has 1 to 50 errors");
  check_response(serverless::http::problem_response(problem, serverless::testing::a_post()), {400});
}

/// Requires that a folded name begins with the folded form of every prefix.
void check_order(const std::string& name) {
  const std::string folded = folded_name(name);
  require(is_utf8(folded), "a folded name is Unicode");
  for (std::size_t end = 0; end < name.size(); end += decode_code_point(name.substr(end))->length)
    require(folded.starts_with(folded_name(name.substr(0, end))),
            "a folded prefix is a prefix of the folded name");
}

/// Returns whether a member of JSON, or its absence, shows the value of a field.
bool shows(serverless::json::Value member, const std::string& value) {
  return member.string() == value;
}
template <std::integral Value>
bool shows(serverless::json::Value member, Value value) {
  if constexpr (std::same_as<Value, bool>) {
    return member.boolean() == value;
  } else {
    return member.integer() == value;
  }
}
template <typename Value>
bool shows(serverless::json::Value member, const std::optional<Value>& value) {
  return value ? shows(member, *value) : member.is_missing();
}

/// Requires that the rule of a field accepts what it has returned.
template <typename Value>
void check_rule(const auto& field, const Value& value) {
  require(field.rule(value) == value, "a valid value follows its rule");
}
template <typename Value>
void check_rule(const auto& field, const std::optional<Value>& value) {
  if (value) check_rule(field, *value);
}

void check_valid(const User& user) {
  serverless::for_each_field<UserValues>(
      [&](const auto& field) { check_rule(field, user.values.*field.member); });
  check_order(user.values.name);
  const auto position = name_position(user.id, user.values.name);
  require(parse_name_key(name_key(position)) == position, "a name key parses back to its position");

  const auto shown = serverless::json::Document::parse(to_json(user), {.unique_members = true});
  require(shown.has_value(), "a user's JSON is valid");
  serverless::for_each_field<UserValues>([&](const auto& field) {
    require(shows(shown->root()[field.name], user.values.*field.member), "a user's JSON shows the user");
  });

  serverless::json::Writer item;
  item.begin_object();
  for (const auto& [name, value] : to_item(user)) serverless::dynamodb::write_attribute(item, name, value);
  item.end_object();
  const auto stored = serverless::json::Document::parse(std::move(item).text(), {.unique_members = true});
  require(stored && to_user(serverless::dynamodb::Item(stored->root())) == user,
          "an item parses back to its user");
}

/// Returns the user after the patch.
User patched(const User& user, const UserPatch& patch) {
  users::testing::FakeServices services;
  return services.with(user).users.update(user.id, patch, {}, user.updated_at).value();
}

std::string body_of(const UserValues& values) {
  serverless::json::Writer json;
  json.begin_object();
  serverless::json::write_fields(json, values);
  json.end_object();
  return std::move(json).text();
}

}  // namespace

void try_input(std::string_view input) {
  const User ada = users::testing::ada();
  if (const auto given = http::read_values<UserValues>(input)) {
    User user = ada;
    user.values = *given;
    check_valid(user);
    require(http::read_values<UserValues>(body_of(*given)) == *given, "an accepted user is accepted again");
    require(http::read_patch<UserValues>(input).has_value(), "a body that creates a user can update one");
  } else {
    check_rejection(given.error());
  }
  if (const auto patch = http::read_patch<UserValues>(input)) {
    check_valid(patched(ada, *patch));
    require(*patch != UserPatch(), "a patch changes something");
  } else {
    check_rejection(patch.error());
  }
}

}  // namespace serverless::fuzz
