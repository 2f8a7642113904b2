#include "tests/fuzz/fuzz.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace serverless::fuzz {

void require(bool holds, std::string_view property) {
  if (holds) return;
  std::fprintf(stderr, "This property does not hold: %.*s\n", static_cast<int>(property.size()),
               property.data());
  std::abort();
}

}  // namespace serverless::fuzz

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  serverless::fuzz::try_input({reinterpret_cast<const char*>(data), size});
  return 0;
}
