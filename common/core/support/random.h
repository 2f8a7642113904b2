#pragma once

#include <sys/random.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace serverless {

/// The source of randomness; an interface, so that tests can choose the numbers.
class Random {
 public:
  virtual ~Random() = default;
  /// Returns a number in [0, 1), uniformly distributed. Not for secrets.
  virtual double unit() = 0;
};

class SystemRandom final : public Random {
 public:
  double unit() override {
    std::uint32_t bits = 0;
    if (getrandom(&bits, sizeof bits, 0) != sizeof bits)
      throw std::system_error(errno, std::generic_category(), "getrandom");
    return bits * 0x1p-32;
  }
};

}  // namespace serverless
