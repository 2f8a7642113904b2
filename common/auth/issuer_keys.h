#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "auth/keys.h"
#include "net/http_client.h"
#include "support/clock.h"
#include "support/log.h"

namespace users::auth {

/// The keys that an issuer publishes at a URL (RFC 7517), kept until there are others: they are fetched again
/// for a key that is not among them, at most once a minute, and after an hour, as a key may have been
/// withdrawn. While the issuer does not answer with a key set, the last ones hold. Redirects are not
/// followed.
class IssuerKeys final : public Keys {
 public:
  /// The references must outlive this.
  IssuerKeys(std::string url, Algorithms algorithms, net::Transport& transport, const Clock& clock, Log& log);

  /// Fetches the keys before the first request, in this time. Without success that one will try again.
  void fetch_in_start(std::chrono::milliseconds timeout);

  /// Fetching from now on gives up in time to answer before `deadline`.
  void set_deadline(Instant deadline) { deadline_ = deadline; }

  Result<std::vector<const VerificationKey*>> find(SignatureAlgorithm algorithm,
                                                   const std::optional<std::string>& key_id) override;

 private:
  struct Fetched {
    tl::expected<KeySet, std::string> set;
    std::vector<std::string> refused;
  };
  Fetched fetch(std::chrono::milliseconds timeout) const;
  void take(Fetched fetched);
  bool is_due(bool found) const;

  std::string url_;
  Algorithms algorithms_;
  net::Transport& transport_;
  const Clock& clock_;
  Log& log_;
  Instant deadline_ = Instant::max();
  std::optional<KeySet> set_;
  Instant fetched_at_{};
  bool last_fetch_failed_ = false;
  std::optional<Instant> next_fetch_;
};

}  // namespace users::auth
