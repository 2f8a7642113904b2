#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "tests/support/seats.h"
#include "tests/support/table_under_test.h"

namespace serverless::testing {

/// The behaviour of every versioned table. An implementation instantiates it:
///
///     INSTANTIATE_TEST_SUITE_P(InMemory, VersionedTableContract,
///                              ::testing::Values(InMemoryTableUnderTest::make));
class VersionedTableContract : public ::testing::TestWithParam<MakeTable> {
 protected:
  TablePorts table() { return under_test_->ports(); }

 private:
  std::unique_ptr<TableUnderTest> under_test_ = GetParam()(seats_table(), seats_by_row);
};

}  // namespace serverless::testing
