#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "support/verification_key.h"

namespace users::auth {

using Algorithms = std::set<SignatureAlgorithm>;

/// The keys of an issuer.
class KeySet {
 public:
  /// Keys of HS256, which fit any key id: the one in use, and the one before while tokens of that are about.
  static KeySet of_secrets(std::vector<VerificationKey> keys);

  /// The keys in a JWK Set (RFC 7517) that are for signatures with one of `algorithms`. Others are left out,
  /// as that standard has it, and so are keys that are too weak or not whole: each adds a line to `refused`.
  /// In words why there is no set, when the text is none. HS256's are never read: a set is public.
  static tl::expected<KeySet, std::string> parse(std::string_view jwks, const Algorithms& algorithms,
                                                 std::vector<std::string>& refused);

  bool empty() const { return entries_.empty(); }

  /// The keys with this id and algorithm; without an id the only one there is for the algorithm.
  std::vector<const VerificationKey*> find(SignatureAlgorithm algorithm,
                                           const std::optional<std::string>& key_id) const;

 private:
  struct Entry {
    std::optional<std::string> id;
    VerificationKey key;
  };
  std::vector<Entry> entries_;
};

}  // namespace users::auth
