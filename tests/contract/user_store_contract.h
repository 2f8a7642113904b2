#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "tests/support/users/fakes.h"

namespace users::testing {

/// The index ByName, for the table under test.
inline constexpr IndexDefinition users_by_name{
    .name = "ByName", .partition_key = "nameInitial", .sort_key = "nameKey"};

/// The behaviour of the user store beyond that of its table (versioned_table_contract.h), on any
/// versioned table.
class UserStoreContract : public ::testing::TestWithParam<MakeTable> {
 protected:
  UserStore& store() { return store_; }

 private:
  std::unique_ptr<TableUnderTest> table_ = GetParam()(test_table(), users_by_name);
  UserStore store_{table_->ports()};
};

}  // namespace users::testing
