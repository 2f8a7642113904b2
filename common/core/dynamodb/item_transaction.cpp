#include "core/dynamodb/item_transaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/dynamodb/claims.h"

namespace serverless::dynamodb {
namespace {

using Kind = TableError::Kind;

/// The maximum number of rounds. A new round starts when another writer has changed the item first, or when
/// another item holds an old claim.
constexpr int max_rounds = 5;

/// What a round starts from: the item as it was read last, and the unique attributes whose old claims other
/// items hold.
struct Snapshot {
  StoredItem stored;
  std::vector<const UniqueAttribute*> held_by_others = {};
};

/// The actions in the transaction of a round.
struct RoundActions {
  Action item;
  std::vector<ClaimAction> claims = {};
  std::vector<ClaimAction> releases = {};
};

/// Returns the condition that the item still has the version and the unique values of `before`. The version
/// alone does not show whether a migration has added or removed a unique attribute.
std::string unchanged_condition(const Table& table, const Item& before, Placeholders& placeholders) {
  const auto version = before.number<std::int64_t>(version_attribute).value_or(0);
  std::string condition =
      fmt::format("{} = {}", placeholders.name(version_attribute), placeholders.value("_version", version));
  for (const UniqueAttribute& unique : table.unique) {
    const std::string name = placeholders.name(unique.name);
    const auto value = before.string(unique.name);
    condition +=
        value ? fmt::format(" AND {} = {}", name,
                            placeholders.value(fmt::format("_old_{}", unique.name), std::string(*value)))
              : fmt::format(" AND attribute_not_exists({})", name);
  }
  return condition;
}

/// Adds the actions that write the item, claim its new unique values and release the old ones, except those
/// that other items hold.
RoundActions add_actions(Transaction& transaction, const Table& table, std::string_view key,
                         const Snapshot& snapshot, const ItemWrite& write, std::string_view write_token) {
  const Item& before = snapshot.stored.item;
  const Action action = transaction.add(write.action(), table.name, [&](json::Writer& json) {
    Placeholders placeholders;
    write_key(json, "Key", table.key_attribute, key);
    write.write_members(json, placeholders, write_token);
    json.member("ConditionExpression", unchanged_condition(table, before, placeholders));
    placeholders.write(json);
  });
  RoundActions actions{.item = action};
  for (const UniqueAttribute& unique : table.unique) {
    const auto old_value = before.string(unique.name);
    const auto new_value = write.value_after(unique, before);
    if (new_value == old_value) continue;
    if (new_value) actions.claims.push_back(add_claim(transaction, table, unique, *new_value, key));
    const bool is_own = std::ranges::find(snapshot.held_by_others, &unique) == snapshot.held_by_others.end();
    if (old_value && is_own)
      actions.releases.push_back(add_release(transaction, table, unique, *old_value, key));
  }
  return actions;
}

/// Returns what the next round starts from, after DynamoDB refused a round; fails when no other round would
/// succeed.
TableResult<Snapshot> after_refusal(Snapshot snapshot, const RoundActions& actions, Error error) {
  if (const auto changed = error.item_of_failed_condition(actions.item)) {
    if (!changed->exists()) return table_failure({.kind = Kind::not_found});
    return Snapshot{.stored = {.document = *std::move(error.details), .item = *changed}};
  }
  if (const auto* taken = refused_attribute(actions.claims, error))
    return table_failure({.kind = Kind::taken, .attribute = taken->name});
  if (const auto* held = refused_attribute(actions.releases, error)) {
    snapshot.held_by_others.push_back(held);
    return snapshot;
  }
  return table_failure(table_error(error));
}

}  // namespace

TableResult<WrittenItem> write_in_transaction(const TableAccess& access, std::string_view key,
                                              StoredItem current, const http::VersionSet& allowed,
                                              const ItemWrite& write) {
  Snapshot snapshot{.stored = std::move(current)};
  for (int count = 0; count < max_rounds; ++count) {
    const auto version = snapshot.stored.item.number<std::int64_t>(version_attribute);
    if (version && !allowed.contains(*version)) return table_failure({.kind = Kind::version_mismatch});
    if (!version || !access.table.is_readable(snapshot.stored.item))
      return table_failure({.kind = Kind::internal, .cause = "a stored item cannot be read"});

    std::string write_token = access.ids.new_uuid();
    Transaction transaction(write_token);
    const RoundActions actions = add_actions(transaction, access.table, key, snapshot, write, write_token);
    auto output = access.client.call("TransactWriteItems", std::move(transaction).input());
    if (output)
      return WrittenItem{.before = std::move(snapshot.stored), .write_token = std::move(write_token)};

    auto next = after_refusal(std::move(snapshot), actions, std::move(output.error()));
    if (!next) return table_failure(std::move(next.error()));
    snapshot = *std::move(next);
  }
  return table_failure(
      {.kind = Kind::unavailable, .cause = "other writers kept changing the item or its claims"});
}

}  // namespace serverless::dynamodb
