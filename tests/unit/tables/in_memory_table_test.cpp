#include "tests/support/in_memory_table.h"

#include "tests/contract/user_store_contract.h"
#include "tests/contract/versioned_table_contract.h"

namespace serverless::testing {

INSTANTIATE_TEST_SUITE_P(InMemory, VersionedTableContract, ::testing::Values(InMemoryTableUnderTest::make));

}  // namespace serverless::testing

namespace users::testing {

INSTANTIATE_TEST_SUITE_P(InMemory, UserStoreContract, ::testing::Values(InMemoryTableUnderTest::make));

}  // namespace users::testing
