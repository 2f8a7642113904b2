#pragma once

#include <memory>

namespace serverless {

template <typename T, void (*free)(T*)>
struct Free {
  void operator()(T* handle) const { free(handle); }
};

/// Owns a handle of a C library, which `free` frees.
template <typename T, void (*free)(T*)>
using Owned = std::unique_ptr<T, Free<T, free>>;

}  // namespace serverless
