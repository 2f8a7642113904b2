#pragma once

#include <string>
#include <string_view>

#include "core/dynamodb/versioned_table.h"
#include "tests/support/table_under_test.h"

/// The entity of the core's tests: a seat in a theatre. Two seats never have the same place. An item without
/// a price is unreadable.
namespace serverless::testing {

inline constexpr dynamodb::UniqueAttribute place{.name = "place", .claim_prefix = "place#"};
inline constexpr IndexDefinition seats_by_row{.name = "ByRow", .partition_key = "row", .sort_key = "place"};

inline dynamodb::Table seats_table() {
  return {.name = "Seats",
          .claims_name = "SeatClaims",
          .key_attribute = "seatId",
          .unique = {place},
          .is_readable = [](const dynamodb::Item& item) { return item.has("price"); }};
}

/// A seat in version 1; the first character of its place is the row.
inline dynamodb::Attributes seat(std::string id, const std::string& place_name) {
  return {{"seatId", std::move(id)},
          {"place", place_name},
          {"row", place_name.substr(0, 1)},
          {"price", 25},
          {"version", 1}};
}

}  // namespace serverless::testing
