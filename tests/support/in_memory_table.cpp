#include "tests/support/in_memory_table.h"

#include <algorithm>
#include <vector>

#include "core/json/writer.h"

namespace serverless::testing {

using namespace dynamodb;  // NOLINT(google-build-using-namespace): everything here is about tables

namespace {

using Kind = TableError::Kind;

tl::unexpected<TableError> table_error(Kind kind, std::string_view attribute = {}) {
  return tl::unexpected<TableError>({.kind = kind, .attribute = attribute});
}

template <typename Item>
void write_item(json::Writer& json, const Item& attributes) {
  json.begin_object();
  for (const auto& [name, value] : attributes) write_attribute(json, name, value);
  json.end_object();
}

template <typename Attributes>
StoredItem stored(const Attributes& attributes) {
  json::Writer json;
  write_item(json, attributes);
  auto document = json::Document::parse(std::move(json).text());
  const Item item(document->root());
  return {.document = *std::move(document), .item = item};
}

/// Makes a page of the first `limit` items.
template <typename Attributes>
ItemPage page_of(const std::vector<const Attributes*>& items, int limit, std::string_view key,
                 std::string_view sort_key) {
  const auto size = std::min(items.size(), static_cast<std::size_t>(limit));
  json::Writer json;
  json.begin_array();
  for (std::size_t i = 0; i < size; ++i) write_item(json, *items[i]);
  json.end_array();
  ItemPage page{
      .document = *json::Document::parse(std::move(json).text()), .items = {}, .next_after = std::nullopt};
  for (const json::Value& item : page.document.root().elements()) page.items.emplace_back(item);
  if (size < items.size()) {
    const Item& last = page.items.back();
    page.next_after = Position{.key = std::string(*last.string(key)),
                               .sort_key = std::string(last.string(sort_key).value_or(""))};
  }
  return page;
}

}  // namespace

TableResult<StoredItem> InMemoryTable::get(std::string_view key) {
  return find_allowed(key, {}).map([](const StoredAttributes* item) { return stored(*item); });
}

TableResult<void> InMemoryTable::create(const Attributes& item) {
  const auto& key = std::get<std::string>(*dynamodb::find(item, table_.key_attribute));
  if (items_.contains(key)) return table_error(Kind::exists);
  if (const auto* taken = taken_by_others(key, item)) return table_error(Kind::taken, taken->name);
  StoredAttributes& attributes = items_[key];
  for (const auto& [name, value] : item) attributes.emplace(name, value);
  return {};
}

TableResult<std::optional<StoredItem>> InMemoryTable::create_idempotent(
    const Attributes& item, const http::IdempotencyRecord& record) {
  const auto known = created_.find(record.digest);
  if (known != created_.end() && known->second.record.expires_at > record.requested_at) {
    if (known->second.record.fingerprint != record.fingerprint)
      return table_error(Kind::idempotency_key_reused);
    if (!items_.contains(known->second.key)) return table_error(Kind::deleted);
    return get(known->second.key);
  }
  if (const auto created = create(item); !created) return tl::unexpected(created.error());
  const auto& key = std::get<std::string>(*dynamodb::find(item, table_.key_attribute));
  created_.insert_or_assign(record.digest, CreatedItem{.record = record, .key = key});
  return std::nullopt;
}

TableResult<StoredItem> InMemoryTable::update(std::string_view key, const ItemChange& change,
                                              const http::VersionSet& allowed) {
  return find_allowed(key, allowed).and_then([&](StoredAttributes* item) -> TableResult<StoredItem> {
    if (moves(*item, change) && !is_readable(*item)) return table_error(Kind::internal);
    if (const auto* taken = taken_by_others(key, change.set)) return table_error(Kind::taken, taken->name);
    for (const auto& [name, value] : change.set) item->insert_or_assign(std::string(name), value);
    for (const std::string_view name : change.remove) item->erase(std::string(name));
    ++std::get<std::int64_t>(item->at("version"));
    return stored(*item);
  });
}

TableResult<StoredItem> InMemoryTable::remove(std::string_view key, const http::VersionSet& allowed) {
  return find_allowed(key, allowed).and_then([&](const StoredAttributes* item) -> TableResult<StoredItem> {
    if (!is_readable(*item)) return table_error(Kind::internal);
    StoredItem last = stored(*item);
    items_.erase(std::string(key));
    return last;
  });
}

TableResult<ItemPage> InMemoryTable::list(int limit, const std::optional<Position>& after) {
  std::vector<const StoredAttributes*> items;
  for (auto next = after ? items_.upper_bound(after->key) : items_.begin(); next != items_.end(); ++next)
    items.push_back(&next->second);
  return page_of(items, limit, table_.key_attribute, "");
}

TableResult<ItemPage> InMemoryTable::query(const IndexRange& range, int limit,
                                           const std::optional<Position>& after) {
  std::map<std::string, const StoredAttributes*> in_order;
  for (const auto& [key, item] : items_) {
    const auto partition = item.find(range.partition_attribute);
    const auto sort_key = item.find(range.sort_attribute);
    if (partition == item.end() || sort_key == item.end()) continue;
    const auto& text = std::get<std::string>(sort_key->second);
    if (std::get<std::string>(partition->second) == range.partition && text.starts_with(range.prefix))
      in_order.emplace(text, &item);
  }
  std::vector<const StoredAttributes*> items;
  for (auto next = after ? in_order.upper_bound(after->sort_key) : in_order.begin(); next != in_order.end();
       ++next)
    items.push_back(next->second);
  return page_of(items, limit, table_.key_attribute, range.sort_attribute);
}

TableResult<StoredItem> InMemoryTable::find(const UniqueAttribute& unique, std::string_view value) {
  for (const auto& [key, item] : items_) {
    const auto attribute = item.find(unique.name);
    if (attribute != item.end() && std::get<std::string>(attribute->second) == value) return stored(item);
  }
  return table_error(Kind::not_found);
}

bool InMemoryTable::is_readable(const StoredAttributes& item) const {
  return table_.is_readable(stored(item).item);
}

bool InMemoryTable::moves(const StoredAttributes& item, const ItemChange& change) const {
  return std::ranges::any_of(table_.unique, [&](const UniqueAttribute& unique) {
    const auto current = item.find(unique.name);
    const AttributeValue* next = dynamodb::find(change.set, unique.name);
    if (next != nullptr) return current == item.end() || current->second != *next;
    return current != item.end() && std::ranges::find(change.remove, unique.name) != change.remove.end();
  });
}

TableResult<InMemoryTable::StoredAttributes*> InMemoryTable::find_allowed(std::string_view key,
                                                                          const http::VersionSet& allowed) {
  const auto found = items_.find(key);
  if (found == items_.end()) return table_error(Kind::not_found);

  if (!allowed.contains(std::get<std::int64_t>(found->second.at("version"))))
    return table_error(Kind::version_mismatch);
  return &found->second;
}

const UniqueAttribute* InMemoryTable::taken_by_others(std::string_view key,
                                                      const Attributes& attributes) const {
  for (const UniqueAttribute& unique : table_.unique) {
    const AttributeValue* value = dynamodb::find(attributes, unique.name);
    if (value == nullptr) continue;
    for (const auto& [other_key, item] : items_) {
      const auto attribute = item.find(unique.name);
      if (other_key != key && attribute != item.end() && attribute->second == *value) return &unique;
    }
  }
  return nullptr;
}

}  // namespace serverless::testing
