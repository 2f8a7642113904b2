#pragma once

#include <memory>

namespace serverless {

template <typename T, auto free>
struct Free {
  void operator()(T* handle) const { free(handle); }
};

/// Owns a handle of a C library and releases it with `free`, whose result is ignored.
template <typename T, auto free>
using Owned = std::unique_ptr<T, Free<T, free>>;

}  // namespace serverless
