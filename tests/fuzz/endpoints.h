#pragma once

#include <utility>
#include <vector>

#include "all_endpoints.h"
#include "core/app/bound_endpoint.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/in_memory_table.h"
#include "tests/support/users/fakes.h"
#include "users/user_item.h"

namespace serverless::fuzz {

/// An endpoint, and the statuses that it may return unless the server fails.
struct Documented {
  BoundEndpoint endpoint;
  std::vector<int> statuses;
};

/// A table in memory that contains Ada.
class TableWithAda : public testing::InMemoryTable {
 public:
  explicit TableWithAda(const dynamodb::TableAccess& access) : InMemoryTable(access.table) {
    require(create(users::to_item(users::testing::ada())).has_value(), "the table contains Ada");
  }
};

/// Returns all endpoints, each with its own table.
inline std::vector<Documented> documented() {
  std::vector<Documented> all;
  for_each_endpoint([&](const auto& endpoint, std::vector<int> statuses) {
    all.push_back({bind<TableWithAda>(endpoint, users::users_table), std::move(statuses)});
  });
  return all;
}

}  // namespace serverless::fuzz
