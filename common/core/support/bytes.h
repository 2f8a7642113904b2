#pragma once

#include <string_view>

namespace serverless {

/// Returns a pointer to the bytes, of the type that OpenSSL expects.
inline const unsigned char* pointer_to(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace serverless
