#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/auth/key_set.h"
#include "core/support/result.h"

namespace serverless::auth {

/// The source of the keys that verify tokens.
class Keys {
 public:
  virtual ~Keys() = default;

  /// Finds keys like KeySet::find. Fails with unavailable while the keys cannot be fetched. The pointers are
  /// valid until the next call.
  virtual Result<std::vector<const VerificationKey*>> find(SignatureAlgorithm algorithm,
                                                           const std::optional<std::string>& key_id) = 0;
};

/// Keys that never change.
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

}  // namespace serverless::auth
