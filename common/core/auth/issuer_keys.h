#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "core/auth/keys.h"
#include "core/net/transport.h"
#include "core/support/clock.h"
#include "core/support/deadline.h"
#include "core/support/log.h"

namespace serverless::auth {

/// The keys that an issuer publishes at a URL (RFC 7517). Fetches them again after an hour, because the
/// issuer may have withdrawn a key, and when a key id is unknown: at most once a minute or, until it has
/// received a key set, once every five seconds. The previous keys stay valid until the issuer responds with a
/// key set. Does not follow redirects.
class IssuerKeys final : public Keys {
 public:
  /// The references must outlive this. A fetch ends early enough to respond before `deadline`.
  IssuerKeys(std::string url, Algorithms algorithms, net::Transport& transport, const Clock& clock,
             const Deadline& deadline, Log& log);

  /// Fetches the keys before the first request. After a failure the first request tries again at once.
  void fetch_during_initialization(std::chrono::milliseconds timeout);

  Result<std::vector<const VerificationKey*>> find(SignatureAlgorithm algorithm,
                                                   const std::optional<std::string>& key_id) override;

 private:
  struct FetchedKeys {
    KeySet keys;
    Instant fetched_at;
  };

  /// Does not send a request, which counts as a failure, when there is no time left for it.
  void fetch(std::chrono::milliseconds timeout);
  tl::expected<KeySet, std::string> request_keys(std::chrono::milliseconds timeout);
  bool is_fetch_due(bool key_found) const;

  std::string url_;
  Algorithms algorithms_;
  net::Transport& transport_;
  const Clock& clock_;
  const Deadline& deadline_;
  Log& log_;
  std::optional<FetchedKeys> fetched_;
  bool last_fetch_failed_ = false;
  Instant next_fetch_ = Instant::min();
};

}  // namespace serverless::auth
