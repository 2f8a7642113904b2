#include "core/dynamodb/table_updater.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/dynamodb/item_transaction.h"

namespace serverless::dynamodb {
namespace {

using Kind = TableError::Kind;

/// Returns the UpdateExpression of a change.
std::string update_expression(const ItemChange& change, std::string_view write_token,
                              Placeholders& placeholders) {
  const std::string version = placeholders.name(version_attribute);
  std::string expression = fmt::format(
      "SET {0} = {0} + {1}, {2} = {3}", version, placeholders.value("_one", 1),
      placeholders.name(write_token_attribute), placeholders.value("_token", std::string(write_token)));
  for (const auto& [name, value] : change.set)
    expression += fmt::format(", {} = {}", placeholders.name(name), placeholders.value(name, value));
  for (std::size_t i = 0; i < change.remove.size(); ++i)
    expression.append(i == 0 ? " REMOVE " : ", ").append(placeholders.name(change.remove[i]));
  return expression;
}

/// Returns the condition that the item exists in one of the allowed versions.
std::string version_expression(const Table& table, const http::VersionSet& allowed,
                               Placeholders& placeholders) {
  std::string expression = fmt::format("attribute_exists({})", placeholders.name(table.key_attribute));
  if (!allowed.list) return expression;
  std::vector<std::string> versions;
  for (const std::int64_t version : *allowed.list)
    versions.push_back(placeholders.value(fmt::format("_v{}", versions.size()), version));
  // Versions begin at 1, so that no item has the version 0.
  if (versions.empty()) versions.push_back(placeholders.value("_none", 0));
  return fmt::format("{} AND {} IN ({})", expression, placeholders.name(version_attribute),
                     fmt::join(versions, ","));
}

/// Returns whether a change sets or removes an attribute.
bool touches(const ItemChange& change, std::string_view name) {
  return find(change.set, name) != nullptr || std::ranges::find(change.remove, name) != change.remove.end();
}

bool touches_unique_attribute(const Table& table, const ItemChange& change) {
  return std::ranges::any_of(table.unique,
                             [&](const UniqueAttribute& unique) { return touches(change, unique.name); });
}

/// Returns the whole condition of an UpdateItem. It also fails when an earlier attempt has already carried
/// out this write, and when the change gives a unique attribute a value that the item does not have.
std::string update_condition(const Table& table, const ItemChange& change, const http::VersionSet& allowed,
                             std::string_view write_token, Placeholders& placeholders) {
  std::string expression = fmt::format(
      "{0} AND (attribute_not_exists({1}) OR {1} <> {2})", version_expression(table, allowed, placeholders),
      placeholders.name(write_token_attribute), placeholders.value("_token", std::string(write_token)));
  for (const UniqueAttribute& unique : table.unique) {
    if (!touches(change, unique.name)) continue;
    const std::string name = placeholders.name(unique.name);
    const AttributeValue* value = find(change.set, unique.name);
    expression += value == nullptr
                      ? fmt::format(" AND attribute_not_exists({})", name)
                      : fmt::format(" AND {} = {}", name, placeholders.value(unique.name, *value));
  }
  return expression;
}

/// Returns whether the error is a refusal of the update, as opposed to a failure.
bool is_refusal(Kind kind) {
  return kind == Kind::not_found || kind == Kind::version_mismatch || kind == Kind::taken;
}

/// Returns `before` with the change applied, because a transaction does not return the changed item.
StoredItem changed_item(const Item& before, const ItemChange& change, std::string_view write_token) {
  const auto is_replaced = [&](std::string_view name) {
    return name == version_attribute || name == write_token_attribute || touches(change, name);
  };
  json::Writer json;
  json.begin_object();
  for (const auto& [name, value] : before.json().members()) {
    if (is_replaced(name)) continue;
    json.key(name).value(value);
  }
  for (const auto& [name, value] : change.set) write_attribute(json, name, value);
  write_attribute(json, version_attribute, before.number<std::int64_t>(version_attribute).value_or(0) + 1);
  write_attribute(json, write_token_attribute, std::string(write_token));
  json.end_object();
  auto document = json::Document::parse(std::move(json).text());
  const Item item(document->root());
  return {.document = *std::move(document), .item = item};
}

/// An update as the action of a transaction.
class Update final : public ItemWrite {
 public:
  explicit Update(const ItemChange& change) : change_(change) {}

  std::string_view action() const override { return "Update"; }

  void write_members(json::Writer& json, Placeholders& placeholders,
                     std::string_view write_token) const override {
    json.member("UpdateExpression", update_expression(change_, write_token, placeholders));
  }

  std::optional<std::string_view> value_after(const UniqueAttribute& unique,
                                              const Item& before) const override {
    if (!touches(change_, unique.name)) return before.string(unique.name);
    const AttributeValue* value = find(change_.set, unique.name);
    if (value == nullptr) return std::nullopt;
    return std::get<std::string>(*value);
  }

 private:
  const ItemChange& change_;
};

TableResult<StoredItem> update_in_transaction(const TableAccess& access, std::string_view key,
                                              StoredItem current, const ItemChange& change,
                                              const http::VersionSet& allowed) {
  return write_in_transaction(access, key, std::move(current), allowed, Update(change))
      .map([&](const WrittenItem& written) {
        return changed_item(written.before.item, change, written.write_token);
      });
}

}  // namespace

TableResult<StoredItem> TableUpdater::update(std::string_view key, const ItemChange& change,
                                             const http::VersionSet& allowed) {
  const Table& table = access_.table;
  const std::string write_token = access_.ids.new_uuid();
  Placeholders placeholders;
  json::Writer input;
  input.begin_object().member("TableName", table.name);
  write_key(input, "Key", table.key_attribute, key);
  input.member("UpdateExpression", update_expression(change, write_token, placeholders))
      .member("ConditionExpression", update_condition(table, change, allowed, write_token, placeholders));
  placeholders.write(input);
  input.member("ReturnValues", "ALL_NEW")
      .member("ReturnValuesOnConditionCheckFailure", "ALL_OLD")
      .end_object();

  auto output = access_.client.call("UpdateItem", std::move(input).text());
  if (output) {
    const Item item(output->root()["Attributes"]);
    return StoredItem{.document = *std::move(output), .item = item};
  }
  return after_error(key, change, allowed, write_token, std::move(output.error()));
}

TableResult<StoredItem> TableUpdater::after_error(std::string_view key, const ItemChange& change,
                                                  const http::VersionSet& allowed,
                                                  std::string_view write_token, Error error) {
  if (error.kind != Error::Kind::condition_failed) return table_failure(table_error(error));

  const Item item = error.item();
  const bool is_own_work = item.string(write_token_attribute) == write_token;
  if (is_own_work) return StoredItem{.document = *std::move(error.details), .item = item};

  // DynamoDB may have carried out an attempt whose response was lost, and another writer may have changed the
  // item since. Then no refusal is certain.
  const auto unless_uncertain = [uncertain = error.after_unknown_outcome,
                                 unavailable = table_error(error)](const TableError& failure) {
    return uncertain && is_refusal(failure.kind) ? unavailable : failure;
  };
  if (!item.exists()) return table_failure(unless_uncertain({.kind = Kind::not_found}));
  const auto version = item.number<std::int64_t>(version_attribute);
  const bool is_version_refused = version && !allowed.contains(*version);
  if (is_version_refused || !touches_unique_attribute(access_.table, change))
    return table_failure(unless_uncertain({.kind = Kind::version_mismatch}));
  return update_in_transaction(access_, key, {.document = *std::move(error.details), .item = item}, change,
                               allowed)
      .map_error(unless_uncertain);
}

}  // namespace serverless::dynamodb
