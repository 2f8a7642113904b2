#pragma once

#include <concepts>
#include <stdexcept>

namespace serverless {

/// Throws unless a function of OpenSSL returned 1, for success. For failures that only a bug or a lack of
/// memory can cause. Takes no enumeration, as 0 means success in many.
inline void must(std::same_as<int> auto result) {
  if (result != 1) throw std::runtime_error("OpenSSL failed");
}

/// Returns the handle that a function of OpenSSL returned. Throws when it is null, as must() does.
template <typename T>
T* must_exist(T* handle) {
  must(handle != nullptr ? 1 : 0);
  return handle;
}

}  // namespace serverless
