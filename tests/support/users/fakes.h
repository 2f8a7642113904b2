#pragma once

#include <stdexcept>

#include "tests/support/fakes.h"
#include "tests/support/in_memory_table.h"
#include "tests/support/users/user_store.h"
#include "users/api.h"

namespace users::testing {

using namespace serverless::testing;  // NOLINT(google-build-using-namespace): the fakes of the core

/// Returns Ada in version 1, created at the initial time of FakeClock.
User ada();

/// Returns Ada with another id and another address.
User another_user(Ids& ids);

/// Returns the table of users, with the names of test tables.
dynamodb::Table test_table();

/// The services of a handler: an in-memory table, a stopped clock and predictable ids.
struct FakeServices {
  InMemoryTable table{test_table()};
  UserStore users{ports_of(table)};
  FakeClock clock;
  FakeIds ids;

  /// Adds a user with its version.
  FakeServices& with(const User& user) {
    if (const auto created = users.create(user); !created) throw std::logic_error(created.error().detail);
    return *this;
  }

  /// Converts to the services of any handler.
  template <typename Store>
  operator Services<Store>() {  // NOLINT(google-explicit-constructor): tests pass the fakes directly
    return {users, clock, ids};
  }
};

}  // namespace users::testing
