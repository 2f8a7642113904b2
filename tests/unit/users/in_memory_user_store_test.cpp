#include "tests/support/in_memory_user_store.h"
#include "tests/contract/user_store_contract.h"

namespace users::testing {
namespace {

class InMemoryUnderTest final : public StoreUnderTest {
 public:
  UserStore& store() override { return store_; }

 private:
  InMemoryUserStore store_;
};

std::unique_ptr<StoreUnderTest> in_memory() {
  return std::make_unique<InMemoryUnderTest>();
}

INSTANTIATE_TEST_SUITE_P(InMemory, UserStoreContract, ::testing::Values(in_memory));

}  // namespace
}  // namespace users::testing
