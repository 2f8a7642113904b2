#pragma once

#include <string_view>

namespace serverless {

/// Returns the bytes in the type that OpenSSL takes.
inline const unsigned char* pointer_to(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace serverless
