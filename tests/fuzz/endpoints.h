#pragma once

#include <vector>

#include "core/app/bound_endpoint.h"
#include "create_user/create_user.h"
#include "delete_user/delete_user.h"
#include "get_user/get_user.h"
#include "list_users/list_users.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/in_memory_table.h"
#include "tests/support/users/fakes.h"
#include "update_user/update_user.h"
#include "users/user_item.h"

namespace serverless::fuzz {

/// An endpoint, and the statuses that it may return while the server does not fail.
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

/// Returns all endpoints, each with a table of its own.
inline std::vector<Documented> documented() {
  const auto on_table = [](const auto& endpoint) { return bind<TableWithAda>(endpoint, users::users_table); };
  return {
      {on_table(users::create_user_endpoint), {201, 400, 404, 405, 409, 410, 413, 415, 422}},
      {on_table(users::get_user_endpoint), {200, 304, 400, 404, 405}},
      {on_table(users::list_users_endpoint), {200, 400, 404, 405}},
      {on_table(users::update_user_endpoint), {200, 400, 404, 405, 409, 412, 413, 415}},
      {on_table(users::delete_user_endpoint), {200, 400, 404, 405, 412}},
  };
}

}  // namespace serverless::fuzz
