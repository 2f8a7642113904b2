#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "users/user_store.h"

namespace users::testing {

/// An empty store and whatever it stands on.
class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;
  virtual UserStore& store() = 0;
};

/// What every UserStore must do. An implementation instantiates it:
///
///     INSTANTIATE_TEST_SUITE_P(InMemory, UserStoreContract, ::testing::Values(make_in_memory_store));
class UserStoreContract : public ::testing::TestWithParam<std::unique_ptr<StoreUnderTest> (*)()> {
 protected:
  UserStore& store() { return under_test_->store(); }

 private:
  std::unique_ptr<StoreUnderTest> under_test_ = GetParam()();
};

}  // namespace users::testing
