#include "dynamodb/user_store.h"

#include <fmt/format.h>

#include "dynamodb/claim.h"
#include "dynamodb/transaction.h"
#include "dynamodb/user_item.h"
#include "json/writer.h"
#include "users/email_address.h"

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

/// The users that a Scan or a Query gives.
Result<std::vector<User>> read_users(const json::Value& output) {
  const auto items = output["Items"];
  if (!items.is_array()) return failure(Problem::internal("DynamoDB: a page without items"));
  std::vector<User> users;
  for (const json::Value& item : items.elements()) {
    auto user = read_user(item);
    if (!user) return failure(user.error());
    users.push_back(*std::move(user));
  }
  return users;
}

/// The page in an output: its users and the position in its LastEvaluatedKey, of which `last` is what could
/// be read, and `last_key` the text, if there is one.
template <typename Page, typename Position>
Result<Page> read_page(const json::Value& output, std::optional<std::string_view> last_key,
                       const std::optional<Position>& last) {
  if (last_key && !last) return failure(Problem::internal("a key of the table makes no sense"));
  auto users = read_users(output);
  if (!users) return failure(users.error());
  return Page{.users = *std::move(users), .next_after = last};
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

/// Why nobody was created, unless it was for the key.
Problem problem_of_creation(const Error& error, const User& user) {
  if (error.item_of_action(0))
    return Problem::conflict(fmt::format("There is a user {} already.", user.id.text()));
  return error.item_of_action(1) ? Problem::email_taken() : problem_of(error);
}

/// Why a change was not made; of a refused condition the item tells that DynamoDB sends along.
Problem problem_of_change(const Error& error, const UserId& id) {
  if (!is_refused(error)) return problem_of(error);
  return error.item().is_missing() ? Problem::user_not_found(id.text()) : Problem::precondition_failed();
}

/// Whether the condition was refused because this very write had been carried out before, its reply lost.
bool was_done_before(const Error& error, std::string_view write_token) {
  return error.kind == Error::Kind::condition_failed && was_written_with(error.item(), write_token);
}

/// The user that a transaction met in place of the version that was read before, when it may be changed.
Result<User> read_allowed(const json::Value& item, const UserId& id, const VersionCondition& condition) {
  if (item.is_missing()) return failure(Problem::user_not_found(id.text()));
  return read_user(item).and_then([&](User user) -> Result<User> {
    if (!condition.allows(user.version)) return failure(Problem::precondition_failed());
    return user;
  });
}

/// How often a transaction is made anew because another writer was faster, each time from what that one left.
constexpr int max_rounds = 5;

/// What an update does to the item.
struct Change {
  const UserId& id;
  const UserPatch& patch;
  Instant now;
  std::string write_token;
};

/// Writes the change and its condition; `write_values` writes those of the condition.
template <typename WriteValues>
void write_change(json::Writer& json, const Change& change, std::string_view condition,
                  WriteValues write_values) {
  const auto& [id, patch, now, write_token] = change;
  std::string set = "SET updatedAt = :now, version = version + :one, writeToken = :token";
  if (patch.name) set += ", #name = :name, nameInitial = :nameInitial, nameKey = :nameKey";
  if (patch.email) set += ", email = :email, foldedEmail = :foldedEmail";
  const bool sets_age = patch.age && *patch.age;
  if (sets_age) set += ", age = :age";
  if (patch.age && !sets_age) set += " REMOVE age";

  json.member("UpdateExpression", set).member("ConditionExpression", condition);
  if (patch.name) json.key("ExpressionAttributeNames").begin_object().member("#name", "name").end_object();
  json.key("ExpressionAttributeValues").begin_object();
  write_string(json, ":now", to_rfc3339(now));
  write_number(json, ":one", 1);
  write_string(json, ":token", write_token);
  if (patch.name) {
    write_string(json, ":name", *patch.name);
    write_name_keys(json, ":", {.folded_name = folded_name(*patch.name), .id = id});
  }
  if (patch.email) {
    write_string(json, ":email", *patch.email);
    write_string(json, ":foldedEmail", folded_email(*patch.email));
  }
  if (sets_age) write_number(json, ":age", **patch.age);
  write_values();
  json.end_object();
}

}  // namespace

DynamoDbUserStore::DynamoDbUserStore(Client& client, std::string table, std::string claims_table, Ids& ids)
    : client_(client), table_(std::move(table)), claims_table_(std::move(claims_table)), ids_(ids) {}

Transaction DynamoDbUserStore::creation(const User& user) {
  const std::string write_token = ids_.new_uuid();
  Transaction transaction(write_token);
  transaction.add("Put", table_, [&](json::Writer& json) {
    json.key("Item");
    write_item(json, user, write_token);
    json.member("ConditionExpression", "attribute_not_exists(userId)");
  });
  add_claim(transaction, claims_table_, email_claim(user.email), user.id);
  return transaction;
}

Result<User> DynamoDbUserStore::create(const User& user) {
  const auto output = client_.call("TransactWriteItems", creation(user).input());
  if (output) return user;
  return failure(problem_of_creation(output.error(), user));
}

Result<Creation> DynamoDbUserStore::create_once(const User& user, const CreationKey& key) {
  Transaction transaction = creation(user);
  add_creation_claim(transaction, claims_table_, key, user);
  const auto output = client_.call("TransactWriteItems", std::move(transaction).input());
  if (output) return Creation{.user = user};

  const auto claim = output.error().item_of_action(2);
  if (!claim) return failure(problem_of_creation(output.error(), user));
  const auto first = claimed_user(*claim);
  if (!first) return failure(Problem::internal("a claim is nobody's"));
  if (!is_claimed_for(*claim, key)) return failure(Problem::key_reused());
  auto found = get(*first);
  if (!found && found.error().kind == Problem::Kind::user_not_found) return failure(Problem::user_gone());
  return std::move(found).map([](User made) { return Creation{.user = std::move(made), .replayed = true}; });
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
  const Change change{.id = id, .patch = patch, .now = now, .write_token = ids_.new_uuid()};
  std::string expression =
      version_expression(condition) + " AND (attribute_not_exists(writeToken) OR writeToken <> :token)";
  if (patch.email) expression += " AND foldedEmail = :foldedEmail";

  json::Writer input;
  input.begin_object().member("TableName", table_);
  write_key(input, "Key", id);
  write_change(input, change, expression, [&] { write_versions(input, condition); });
  input.member("ReturnValues", "ALL_NEW")
      .member("ReturnValuesOnConditionCheckFailure", "ALL_OLD")
      .end_object();

  const auto output = client_.call("UpdateItem", std::move(input).text());
  if (output) return read_user(output->root()["Attributes"]);
  const Error& error = output.error();
  if (was_done_before(error, change.write_token)) return read_user(error.item());
  if (patch.email && error.kind == Error::Kind::condition_failed && !error.item().is_missing()) {
    // Unless it was the version, it was the address.
    auto user = read_user(error.item());
    if (!user || condition.allows(user->version))
      return std::move(user).and_then(
          [&](const User& current) { return change_address(current, patch, condition, now); });
  }
  return failure(problem_of_change(error, id));
}

Result<User> DynamoDbUserStore::change_address(User user, const UserPatch& patch,
                                               const VersionCondition& condition, Instant now) {
  bool releases = true;  // unless the address of the user, as read last, turns out to be another's
  for (int round = 0; round < max_rounds; ++round) {
    const Change change{.id = user.id, .patch = patch, .now = now, .write_token = ids_.new_uuid()};
    const auto claim = email_claim(*patch.email);
    const auto old_claim = email_claim(user.email);
    Transaction transaction(change.write_token);
    transaction.add("Update", table_, [&](json::Writer& json) {
      write_key(json, "Key", user.id);
      write_change(json, change, "version = :version", [&] { write_number(json, ":version", user.version); });
    });
    add_claim(transaction, claims_table_, claim, user.id);
    if (releases && old_claim != claim) add_release(transaction, claims_table_, old_claim, user.id);

    const auto output = client_.call("TransactWriteItems", std::move(transaction).input());
    if (output) return patched(user, patch, now);
    const Error& error = output.error();
    if (const auto item = error.item_of_action(0)) {
      auto current = read_allowed(*item, user.id, condition);
      if (!current) return current;
      user = *std::move(current);
      releases = true;
    } else if (error.item_of_action(1)) {
      return failure(Problem::email_taken());
    } else if (error.item_of_action(2)) {
      releases = false;
    } else {
      return failure(problem_of(error));
    }
  }
  return failure(Problem::unavailable("the user was changed again and again meanwhile"));
}

Result<User> DynamoDbUserStore::remove(const UserId& id, const VersionCondition& condition) {
  auto user = get(id);
  if (!user) return user;
  if (!condition.allows(user->version)) return failure(Problem::precondition_failed());

  bool releases = true;  // unless the address of the user, as read last, turns out to be another's
  for (int round = 0; round < max_rounds; ++round) {
    Transaction transaction(ids_.new_uuid());
    transaction.add("Delete", table_, [&](json::Writer& json) {
      write_key(json, "Key", id);
      json.member("ConditionExpression", "version = :version")
          .key("ExpressionAttributeValues")
          .begin_object();
      write_number(json, ":version", user->version);
      json.end_object();
    });
    if (releases) add_release(transaction, claims_table_, email_claim(user->email), id);

    const auto output = client_.call("TransactWriteItems", std::move(transaction).input());
    if (output) return user;
    const Error& error = output.error();
    if (const auto item = error.item_of_action(0)) {
      user = read_allowed(*item, id, condition);
      if (!user) return user;
      releases = true;
    } else if (error.item_of_action(1)) {
      releases = false;
    } else {
      return failure(problem_of(error));
    }
  }
  return failure(Problem::unavailable("the user was changed again and again meanwhile"));
}

Result<UserPage> DynamoDbUserStore::list(int page_size, const std::optional<UserId>& after) {
  json::Writer input;
  input.begin_object().member("TableName", table_).member("Limit", page_size).member("ConsistentRead", true);
  if (after) write_key(input, "ExclusiveStartKey", *after);
  input.end_object();

  const auto output = client_.call("Scan", std::move(input).text());
  if (!output) return failure(problem_of(output.error()));
  const auto last = output->root()["LastEvaluatedKey"]["userId"]["S"].string();
  return read_page<UserPage>(output->root(), last, UserId::parse(last.value_or("")));
}

Result<std::optional<User>> DynamoDbUserStore::find_by_email(std::string_view email) {
  json::Writer input;
  input.begin_object().member("TableName", claims_table_);
  input.key("Key").begin_object();
  write_string(input, "claim", email_claim(email));
  input.end_object().member("ConsistentRead", true).end_object();

  const auto output = client_.call("GetItem", std::move(input).text());
  if (!output) return failure(problem_of(output.error()));
  const auto claim = output->root()["Item"];
  if (claim.is_missing()) return std::nullopt;
  const auto holder = claimed_user(claim);
  if (!holder) return failure(Problem::internal("a claim is nobody's"));

  // Whoever gave the address up between the two reads left it free for a moment.
  auto user = get(*holder);
  if (!user && user.error().kind == Problem::Kind::user_not_found) return std::nullopt;
  if (!user) return failure(user.error());
  if (folded_email(user->email) != folded_email(email)) return std::nullopt;
  return *std::move(user);
}

Result<NamePage> DynamoDbUserStore::list_by_name(std::string_view prefix, int page_size,
                                                 const std::optional<NamePosition>& after) {
  json::Writer input;
  input.begin_object()
      .member("TableName", table_)
      .member("IndexName", "ByName")
      .member("KeyConditionExpression", "nameInitial = :initial AND begins_with(nameKey, :prefix)")
      .key("ExpressionAttributeValues")
      .begin_object();
  write_string(input, ":initial", name_initial(prefix));
  write_string(input, ":prefix", prefix);
  input.end_object().member("Limit", page_size);
  if (after) {
    input.key("ExclusiveStartKey").begin_object();
    write_string(input, "userId", after->id.text());
    write_string(input, "nameInitial", name_initial(prefix));
    write_string(input, "nameKey", name_key(*after));
    input.end_object();
  }
  input.end_object();
  const auto output = client_.call("Query", std::move(input).text());
  if (!output) return failure(problem_of(output.error()));
  const auto last = output->root()["LastEvaluatedKey"]["nameKey"]["S"].string();
  return read_page<NamePage>(output->root(), last, parse_name_key(last.value_or("")));
}

}  // namespace users::dynamodb
