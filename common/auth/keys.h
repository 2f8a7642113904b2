#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/key_set.h"
#include "support/result.h"

namespace users::auth {

/// Where the keys come from that tokens are verified with.
class Keys {
 public:
  virtual ~Keys() = default;

  /// As KeySet::find; unavailable while it can't be known which keys there are. What is found lives until the
  /// next call.
  virtual Result<std::vector<const VerificationKey*>> find(SignatureAlgorithm algorithm,
                                                           const std::optional<std::string>& key_id) = 0;
};

/// Keys that stay the same as long as the process lives.
class FixedKeys final : public Keys {
 public:
  explicit FixedKeys(KeySet set) : set_(std::move(set)) {}

  Result<std::vector<const VerificationKey*>> find(SignatureAlgorithm algorithm,
                                                   const std::optional<std::string>& key_id) override {
    return set_.find(algorithm, key_id);
  }

 private:
  KeySet set_;
};

}  // namespace users::auth
