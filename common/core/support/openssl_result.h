#pragma once

#include <concepts>
#include <stdexcept>

namespace serverless {

/// Throws std::runtime_error unless an OpenSSL function returned 1, which means success. Use it for failures
/// that only a bug or a lack of memory can cause. It accepts no enumeration, because 0 means success in many
/// of them.
inline void must(std::same_as<int> auto result) {
  if (result != 1) throw std::runtime_error("OpenSSL failed");
}

/// Returns the handle that an OpenSSL function returned. Throws like must() when it is null.
template <typename T>
T* must_exist(T* handle) {
  must(handle != nullptr ? 1 : 0);
  return handle;
}

}  // namespace serverless
