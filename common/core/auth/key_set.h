#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "core/auth/verification_key.h"

namespace serverless::auth {

using Algorithms = std::set<SignatureAlgorithm>;

struct ParsedKeySet;

/// The keys of an issuer of tokens.
class KeySet {
 public:
  /// Makes a set of HS256 keys, which fit any key id: the current key and, while its tokens are valid, the
  /// previous one.
  static KeySet of_secrets(std::vector<VerificationKey> keys);

  /// Reads the keys in a JWK Set (RFC 7517) that verify signatures with one of `algorithms`. Other keys are
  /// ignored, as the standard demands. Keys that are too weak or incomplete are rejected. HS256 keys are
  /// never read, as a set is public. Returns the reason, in words, when the text is not a JWK Set.
  static tl::expected<ParsedKeySet, std::string> parse(std::string_view jwks, const Algorithms& algorithms);

  bool empty() const { return entries_.empty(); }

  /// Returns the keys with this algorithm and id; without an id, the key of the algorithm, if there is
  /// exactly one.
  std::vector<const VerificationKey*> find(SignatureAlgorithm algorithm,
                                           const std::optional<std::string>& key_id) const;

 private:
  struct Entry {
    std::optional<std::string> id;
    VerificationKey key;
  };
  std::vector<Entry> entries_;
};

/// What a JWK Set contains.
struct ParsedKeySet {
  KeySet keys;
  /// For each rejected key the reason, in words.
  std::vector<std::string> rejected;
};

}  // namespace serverless::auth
