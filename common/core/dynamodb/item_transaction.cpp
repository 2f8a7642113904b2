#include "core/dynamodb/item_transaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/dynamodb/claims.h"

namespace serverless::dynamodb {
namespace {

using Kind = TableError::Kind;
using UniqueAttributes = std::vector<const UniqueAttribute*>;

/// The maximum number of rounds. A new round starts when another writer has changed the item first, or when
/// another item holds an old claim.
constexpr int max_rounds = 5;

tl::unexpected<TableError> failed(Kind kind, std::string cause = {}) {
  return tl::unexpected<TableError>({.kind = kind, .cause = std::move(cause)});
}

/// One round: a transaction that starts from the item as it was last read.
struct Round {
  Transaction transaction;
  Action item;
  std::vector<Claim> claims = {};
  std::vector<Claim> releases = {};
};

/// Returns the value of a unique attribute after the write, or nothing when the item no longer has the
/// attribute.
std::optional<std::string> value_after(const ItemWrite& write, const UniqueAttribute& unique,
                                       const Item& before) {
  if (write.change == nullptr) return std::nullopt;
  if (std::ranges::find(write.change->remove, unique.name) != write.change->remove.end()) return std::nullopt;
  if (const AttributeValue* value = find(write.change->set, unique.name))
    return std::get<std::string>(*value);
  const auto kept = before.string(unique.name);
  return kept ? std::optional<std::string>(*kept) : std::nullopt;
}

/// Returns a round. It does not release the claims for the attributes in `held_by_others`, because other
/// items hold them.
Round make_round(const Table& table, std::string_view key, const Item& current,
                 const std::string& write_token, const ItemWrite& write,
                 const UniqueAttributes& held_by_others) {
  Transaction transaction(write_token);
  const Action item = write.add(transaction, current, write_token);
  Round round{.transaction = std::move(transaction), .item = item};
  for (const UniqueAttribute& unique : table.unique) {
    const auto old_value = current.string(unique.name);
    const auto new_value = value_after(write, unique, current);
    const bool claims = new_value && new_value != old_value;
    const bool releases = old_value && new_value != old_value;
    if (claims)
      round.claims.push_back(
          {&unique, add_claim(round.transaction, table, claim_key(unique, *new_value), key)});
    if (releases && std::ranges::find(held_by_others, &unique) == held_by_others.end())
      round.releases.push_back(
          {&unique, add_release(round.transaction, table, claim_key(unique, *old_value), key)});
  }
  return round;
}

}  // namespace

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

TableResult<WrittenItem> write_in_transaction(const TableAccess& access, std::string_view key,
                                              StoredItem current, const http::VersionSet& allowed,
                                              const ItemWrite& write) {
  UniqueAttributes held_by_others;
  for (int count = 0; count < max_rounds; ++count) {
    const auto version = current.item.number<std::int64_t>(version_attribute);
    if (version && !allowed.contains(*version)) return failed(Kind::version_mismatch);
    if (!version || !access.table.is_readable(current.item))
      return failed(Kind::internal, "a stored item cannot be read");

    std::string write_token = access.ids.new_uuid();
    Round round = make_round(access.table, key, current.item, write_token, write, held_by_others);
    auto output = access.client.call("TransactWriteItems", std::move(round.transaction).input());
    if (output) return WrittenItem{.before = std::move(current), .write_token = std::move(write_token)};

    Error& error = output.error();
    const auto was_refused = [&](const Claim& claim) {
      return error.item_of_failed_condition(claim.action).has_value();
    };
    if (const auto changed = error.item_of_failed_condition(round.item)) {
      if (!changed->exists()) return failed(Kind::not_found);
      current = {.document = *std::move(error.details), .item = *changed};
      held_by_others.clear();
      continue;
    }
    if (const auto taken = std::ranges::find_if(round.claims, was_refused); taken != round.claims.end())
      return tl::unexpected(TableError{.kind = Kind::taken, .attribute = taken->unique->name});
    const auto held = std::ranges::find_if(round.releases, was_refused);
    if (held == round.releases.end()) return tl::unexpected(table_error(error));
    held_by_others.push_back(held->unique);
  }
  return failed(Kind::unavailable, "other writers kept changing the item or its claims");
}

}  // namespace serverless::dynamodb
