#pragma once

#include "tests/support/table_under_test.h"
#include "users/user_store.h"

namespace users::testing {

/// The complete store of users, on one table.
struct UserStore : UserReader, UserCreator, UserUpdater, UserRemover, UserFinder {
  explicit UserStore(serverless::testing::TablePorts table)
      : UserReader(table.reader),
        UserCreator(table.creator),
        UserUpdater(table.updater),
        UserRemover(table.remover),
        UserFinder(table.finder) {}
};

}  // namespace users::testing
