#pragma once

#include <random>

namespace users {

/// Chance comes in through this, so that a test can load the dice.
class Random {
 public:
  virtual ~Random() = default;
  /// A number in [0, 1), evenly spread. Not for secrets.
  virtual double unit() = 0;
};

class SystemRandom final : public Random {
 public:
  double unit() override { return std::uniform_real_distribution<>()(engine_); }

 private:
  std::minstd_rand engine_{std::random_device()()};
};

}  // namespace users
