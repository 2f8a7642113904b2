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
  /// Returns a set of HS256 keys, which match any key id: the current key and, while its tokens are valid,
  /// the previous one.
  static KeySet of_secrets(std::vector<VerificationKey> keys);

  /// Reads the keys in a JWK Set (RFC 7517) that verify signatures with one of `algorithms`. Other keys are
  /// ignored, as the standard requires. Keys that are invalid or too weak are skipped, each with a reason in
  /// `rejected`. HS256 keys are never read, because a JWK Set is public. Fails with the reason, in words,
  /// when the text is not a JWK Set.
  static tl::expected<ParsedKeySet, std::string> parse(std::string_view jwks, const Algorithms& algorithms);

  bool empty() const { return entries_.empty(); }

  /// Returns the keys with this algorithm and id or, without an id, the only key with this algorithm; none
  /// when there are several. Returns all HS256 keys, whatever the id.
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
