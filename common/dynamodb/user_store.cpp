#include "dynamodb/user_store.h"

#include <fmt/format.h>

#include "dynamodb/user_item.h"
#include "json/writer.h"

namespace users::dynamodb {
namespace {

Problem problem_of(const Error& error) {
  const auto cause =
      fmt::format("DynamoDB{}: {}", error.after_lost_reply ? " after a lost reply" : "", error.message);
  return error.kind == Error::Kind::rejected ? Problem::internal(cause) : Problem::unavailable(cause);
}

/// Whether DynamoDB refused the condition of a write that was not carried out. An attempt whose reply was
/// lost may have been, and overwritten since: neither success nor conflict.
bool is_refused(const Error& error) {
  return error.kind == Error::Kind::condition_failed && !error.after_lost_reply;
}

Result<User> read_user(const json::Value& item) {
  auto user = user_from_item(item);
  if (!user) {
    return failure(Problem::internal(
        fmt::format("the item {} is no user", item["userId"]["S"].string().value_or("without a userId"))));
  }
  return *std::move(user);
}

void write_key(json::Writer& json, std::string_view member, const UserId& id) {
  json.key(member).begin_object();
  write_string(json, "userId", id.text());
  json.end_object();
}

/// A condition that holds when the user is there in one of the versions allowed; its values go by
/// write_versions.
std::string version_expression(const VersionCondition& condition) {
  std::string expression = "attribute_exists(userId)";
  if (!condition.any_of) return expression;
  // Versions begin at 1, so that "version IN (:none)" holds for no user.
  if (condition.any_of->empty()) return expression + " AND version IN (:none)";
  for (std::size_t i = 0; i < condition.any_of->size(); ++i)
    expression += fmt::format("{}:v{}", i == 0 ? " AND version IN (" : ",", i);
  return expression + ")";
}

void write_versions(json::Writer& json, const VersionCondition& condition) {
  if (!condition.any_of) return;
  if (condition.any_of->empty()) write_number(json, ":none", 0);
  for (std::size_t i = 0; i < condition.any_of->size(); ++i)
    write_number(json, fmt::format(":v{}", i), (*condition.any_of)[i]);
}

/// Why a change was not made; of a refused condition the item tells that DynamoDB sends along.
Problem problem_of_change(const Error& error, const UserId& id) {
  if (!is_refused(error)) return problem_of(error);
  return error.details->root()["Item"].is_missing() ? Problem::user_not_found(id.text())
                                                    : Problem::precondition_failed();
}

/// Whether the condition was refused because this very write had been carried out before, its reply lost.
bool was_done_before(const Error& error, std::string_view write_token) {
  return error.kind == Error::Kind::condition_failed &&
         was_written_with(error.details->root()["Item"], write_token);
}

}  // namespace

DynamoDbUserStore::DynamoDbUserStore(Client& client, std::string table, Ids& ids)
    : client_(client), table_(std::move(table)), ids_(ids) {}

Result<User> DynamoDbUserStore::create(const User& user) {
  const std::string write_token = ids_.new_uuid();
  json::Writer input;
  input.begin_object().member("TableName", table_).key("Item");
  write_item(input, user, write_token);
  input.member("ConditionExpression", "attribute_not_exists(userId)")
      .member("ReturnValuesOnConditionCheckFailure", "ALL_OLD")
      .end_object();

  const auto output = client_.call("PutItem", std::move(input).text());
  if (output || was_done_before(output.error(), write_token)) return user;
  if (is_refused(output.error()))
    return failure(Problem::conflict(fmt::format("There is a user {} already.", user.id.text())));
  return failure(problem_of(output.error()));
}

Result<User> DynamoDbUserStore::get(const UserId& id) {
  json::Writer input;
  input.begin_object().member("TableName", table_);
  write_key(input, "Key", id);
  input.member("ConsistentRead", true).end_object();

  const auto output = client_.call("GetItem", std::move(input).text());
  if (!output) return failure(problem_of(output.error()));
  const auto item = output->root()["Item"];
  if (item.is_missing()) return failure(Problem::user_not_found(id.text()));
  return read_user(item);
}

Result<User> DynamoDbUserStore::update(const UserId& id, const UserPatch& patch,
                                       const VersionCondition& condition, Instant now) {
  const std::string write_token = ids_.new_uuid();
  std::string set = "SET updatedAt = :now, version = version + :one, writeToken = :token";
  if (patch.name) set += ", #name = :name";
  if (patch.email) set += ", email = :email";
  const bool sets_age = patch.age && *patch.age;
  if (sets_age) set += ", age = :age";
  if (patch.age && !sets_age) set += " REMOVE age";

  json::Writer input;
  input.begin_object().member("TableName", table_);
  write_key(input, "Key", id);
  input.member("UpdateExpression", set)
      .member("ConditionExpression", version_expression(condition) +
                                         " AND (attribute_not_exists(writeToken) OR writeToken <> :token)")
      .member("ReturnValues", "ALL_NEW")
      .member("ReturnValuesOnConditionCheckFailure", "ALL_OLD");
  if (patch.name) input.key("ExpressionAttributeNames").begin_object().member("#name", "name").end_object();
  input.key("ExpressionAttributeValues").begin_object();
  write_string(input, ":now", to_rfc3339(now));
  write_number(input, ":one", 1);
  write_string(input, ":token", write_token);
  if (patch.name) write_string(input, ":name", *patch.name);
  if (patch.email) write_string(input, ":email", *patch.email);
  if (sets_age) write_number(input, ":age", **patch.age);
  write_versions(input, condition);
  input.end_object().end_object();

  const auto output = client_.call("UpdateItem", std::move(input).text());
  if (output) return read_user(output->root()["Attributes"]);
  if (was_done_before(output.error(), write_token)) return read_user(output.error().details->root()["Item"]);
  return failure(problem_of_change(output.error(), id));
}

Result<User> DynamoDbUserStore::remove(const UserId& id, const VersionCondition& condition) {
  json::Writer input;
  input.begin_object().member("TableName", table_);
  write_key(input, "Key", id);
  input.member("ConditionExpression", version_expression(condition))
      .member("ReturnValues", "ALL_OLD")
      .member("ReturnValuesOnConditionCheckFailure", "ALL_OLD");
  if (condition.any_of) {
    input.key("ExpressionAttributeValues").begin_object();
    write_versions(input, condition);
    input.end_object();
  }
  input.end_object();

  const auto output = client_.call("DeleteItem", std::move(input).text());
  if (output) return read_user(output->root()["Attributes"]);
  return failure(problem_of_change(output.error(), id));
}

Result<UserPage> DynamoDbUserStore::list(int page_size, const std::optional<UserId>& after) {
  json::Writer input;
  input.begin_object().member("TableName", table_).member("Limit", page_size).member("ConsistentRead", true);
  if (after) write_key(input, "ExclusiveStartKey", *after);
  input.end_object();

  const auto output = client_.call("Scan", std::move(input).text());
  if (!output) return failure(problem_of(output.error()));

  const auto items = output->root()["Items"];
  if (!items.is_array()) return failure(Problem::internal("DynamoDB: a page without items"));
  UserPage page;
  for (const json::Value& item : items.elements()) {
    auto user = read_user(item);
    if (!user) return failure(user.error());
    page.users.push_back(*std::move(user));
  }
  if (const auto last = output->root()["LastEvaluatedKey"]["userId"]["S"].string()) {
    page.next_after = UserId::parse(*last);
    if (!page.next_after) return failure(Problem::internal("a key of the table is no user id"));
  }
  return page;
}

}  // namespace users::dynamodb
