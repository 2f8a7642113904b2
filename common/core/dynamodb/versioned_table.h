#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "core/dynamodb/item.h"
#include "core/http/idempotency_record.h"
#include "core/http/version_set.h"

/// A table of versioned items, with one port for each operation: a function takes the port that its route
/// needs, so that it links no other operation. table_reader.h and its neighbours implement the ports on
/// DynamoDB, and an in-memory table implements them for tests. Every implementation passes
/// tests/contract/versioned_table_contract.h.
///
/// An item has a key, a string, and a number `version`, which is 1 at creation and increases by one with each
/// change. Two items never share the value of a unique attribute, even when requests race. Names must be
/// string literals, because views refer to them.
namespace serverless::dynamodb {

/// The attributes with the version and with the identifier of the last write, which the implementation sets.
/// A change must not contain them or the key.
constexpr std::string_view version_attribute = "version";
constexpr std::string_view write_token_attribute = "writeToken";

/// An attribute whose value, a string, at most one item may have. The item with the value holds a claim: an
/// item of a second table, written in the same transaction, whose key is `claim_prefix` followed by the
/// value. No prefix, `once#` of the idempotency records included, may begin with another.
struct UniqueAttribute {
  std::string_view name;
  std::string_view claim_prefix;
};

/// A table and its table of claims: their names, and the attributes that have a special role.
struct Table {
  std::string name;
  std::string claims_name;
  /// The partition key, which also names the holder in a claim.
  std::string_view key_attribute;
  std::vector<UniqueAttribute> unique = {};
  /// Returns whether the domain can read an item. An item that it cannot read is never removed, and its
  /// unique values never change.
  bool (*is_readable)(const Item& item) = [](const Item&) { return true; };
};

/// The reason why an operation failed.
struct TableError {
  enum class Kind {
    /// An item with this key exists already.
    exists,
    not_found,
    /// The item has a version that the caller does not allow.
    version_mismatch,
    /// Another item has the value of `attribute`.
    taken,
    /// The idempotency key was used with another fingerprint.
    idempotency_key_reused,
    /// The item that the idempotency key created has been deleted.
    deleted,
    /// The table was too slow or too busy. A write may or may not have been carried out.
    unavailable,
    /// The table rejected the request, or an item is malformed. When the response to an earlier attempt was
    /// lost, that attempt may have carried out a write.
    internal,
  };
  Kind kind;
  /// The unique attribute, with `taken` only.
  std::string_view attribute = {};
  /// The reason, for the log.
  std::string cause = {};
};

template <typename T>
using TableResult = tl::expected<T, TableError>;

class ItemReader {
 public:
  virtual ~ItemReader() = default;

  /// Returns the item as it is now (strongly consistent). Fails with `not_found`, `unavailable` or
  /// `internal`.
  virtual TableResult<StoredItem> get(std::string_view key) = 0;
};

class ItemCreator {
 public:
  virtual ~ItemCreator() = default;

  /// Adds an item, whose attributes include the key and `version`. Fails with `exists`, `taken`,
  /// `unavailable` or `internal`.
  virtual TableResult<void> create(const Attributes& item) = 0;

  /// Adds an item at most once for each digest. Returns nothing when it adds the item. Otherwise, returns the
  /// item that the first call added, as it is now. Fails with `idempotency_key_reused` when the fingerprint
  /// differs, with `deleted`, and otherwise like create(). Only a failure with `unavailable` or `internal`
  /// may use up the idempotency key. A stored record that had expired by `record.requested_at` does not
  /// count.
  virtual TableResult<std::optional<StoredItem>> create_idempotent(const Attributes& item,
                                                                   const http::IdempotencyRecord& record) = 0;
};

class ItemUpdater {
 public:
  virtual ~ItemUpdater() = default;

  /// Applies a change to an item in an allowed version and increases the version, in one step. Returns the
  /// changed item. The change may be applied twice when a response is lost and, before the retry, another
  /// writer changes the item to a version that is also allowed. Fails with the first of `not_found`,
  /// `version_mismatch` and `taken` that applies, with `unavailable`, or with `internal`. A change of a
  /// unique value also fails with `internal` when the domain cannot read the item; any other change is
  /// applied to such an item.
  virtual TableResult<StoredItem> update(std::string_view key, const ItemChange& change,
                                         const http::VersionSet& allowed) = 0;
};

class ItemRemover {
 public:
  virtual ~ItemRemover() = default;

  /// Deletes an item in an allowed version, and frees its unique values at once. Returns the item as it last
  /// was. Fails with `not_found`, `version_mismatch`, `unavailable` or `internal`, the latter also when the
  /// domain cannot read the item.
  virtual TableResult<StoredItem> remove(std::string_view key, const http::VersionSet& allowed) = 0;
};

/// A position in a listing: the item after which the next page begins. The item may no longer exist by then.
struct Position {
  std::string key;
  /// The item's sort key in an index; empty in a listing of the whole table.
  std::string sort_key = {};
};

/// A page of a listing.
struct ItemPage {
  json::Document document;
  /// Views into the document.
  std::vector<Item> items;
  /// Nothing on the last page.
  std::optional<Position> next_after;
};

/// The items of an index that have one partition key and a common prefix of their sort keys.
struct IndexRange {
  std::string_view index;
  std::string_view partition_attribute;
  std::string partition;
  std::string_view sort_attribute;
  std::string prefix;
};

class ItemFinder {
 public:
  virtual ~ItemFinder() = default;

  /// Returns up to `limit` items after `after`, in no particular order (strongly consistent). The pages of a
  /// whole listing together contain each item that exists throughout exactly once. A page with fewer items
  /// than `limit`, or with none, is not necessarily the last.
  virtual TableResult<ItemPage> list(int limit, const std::optional<Position>& after) = 0;

  /// Returns up to `limit` items of the range, in the order of the sort key (eventually consistent). The sort
  /// keys must be distinct. An item whose sort key changes meanwhile may appear twice or not at all.
  virtual TableResult<ItemPage> query(const IndexRange& range, int limit,
                                      const std::optional<Position>& after) = 0;

  /// Returns the item with this value of a unique attribute (strongly consistent). Fails like
  /// ItemReader::get().
  virtual TableResult<StoredItem> find(const UniqueAttribute& unique, std::string_view value) = 0;
};

}  // namespace serverless::dynamodb
