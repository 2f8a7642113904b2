#pragma once

#include <memory>

namespace serverless {

template <typename T, void (*free)(T*)>
struct Free {
  void operator()(T* handle) const { free(handle); }
};

/// Owns a handle of a C library and releases it with `free`.
template <typename T, void (*free)(T*)>
using Owned = std::unique_ptr<T, Free<T, free>>;

}  // namespace serverless
