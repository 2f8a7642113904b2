#include "core/auth/issuer_keys.h"

#include <fmt/format.h>

#include <algorithm>

namespace serverless::auth {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds request_timeout{2000};
constexpr std::size_t max_key_set_bytes = 256 << 10;
/// The part of the invocation's time that DynamoDB and the response need.
constexpr milliseconds reserve{1000};

constexpr std::chrono::hours max_age{1};
/// Limits the requests to the issuer, however many unknown key ids clients send.
constexpr std::chrono::minutes fetch_interval{1};
/// Shorter, because every request fails without keys.
constexpr std::chrono::seconds fetch_interval_without_keys{5};

}  // namespace

IssuerKeys::IssuerKeys(std::string url, Algorithms algorithms, net::Transport& transport, const Clock& clock,
                       const Deadline& deadline, Log& log)
    : url_(std::move(url)),
      algorithms_(std::move(algorithms)),
      transport_(transport),
      clock_(clock),
      deadline_(deadline),
      log_(log) {}

void IssuerKeys::fetch_during_initialization(milliseconds timeout) {
  fetch(timeout);
  if (!fetched_) next_fetch_ = Instant::min();
}

void IssuerKeys::fetch(milliseconds timeout) {
  if (timeout <= milliseconds::zero()) {
    log_.write(LogLevel::warn, "could not fetch the issuer's keys",
               {{"cause", "the invocation leaves no time for it"}});
    last_fetch_failed_ = true;
    return;
  }
  auto keys = request_keys(timeout);
  const Instant now = clock_.now();
  last_fetch_failed_ = !keys;
  if (!keys) {
    log_.write(LogLevel::warn, "could not fetch the issuer's keys", {{"cause", keys.error()}});
  } else {
    if (keys->empty())
      log_.write(LogLevel::warn, "the issuer publishes no key for the configured algorithms");
    fetched_ = FetchedKeys{.keys = *std::move(keys), .fetched_at = now};
  }
  next_fetch_ = now + (fetched_ ? milliseconds(fetch_interval) : milliseconds(fetch_interval_without_keys));
}

tl::expected<KeySet, std::string> IssuerKeys::request_keys(milliseconds timeout) {
  const auto response = transport_.send({.url = url_, .timeout = timeout, .max_body = max_key_set_bytes});
  if (!response) return tl::unexpected(response.error().message);
  if (response->status != 200)
    return tl::unexpected(fmt::format("the issuer responded with HTTP {}", response->status));
  auto parsed = KeySet::parse(response->body, algorithms_);
  if (!parsed) return tl::unexpected(std::move(parsed.error()));
  for (const std::string& cause : parsed->rejected)
    log_.write(LogLevel::warn, "rejected a key of the issuer", {{"cause", cause}});
  return std::move(parsed->keys);
}

bool IssuerKeys::is_fetch_due(bool key_found) const {
  const Instant now = clock_.now();
  const bool is_wanted = !key_found || !fetched_ || now >= fetched_->fetched_at + max_age;
  return is_wanted && now >= next_fetch_;
}

Result<std::vector<const VerificationKey*>> IssuerKeys::find(SignatureAlgorithm algorithm,
                                                             const std::optional<std::string>& key_id) {
  std::vector<const VerificationKey*> keys;
  if (fetched_) keys = fetched_->keys.find(algorithm, key_id);
  if (is_fetch_due(!keys.empty())) {
    fetch(std::min(deadline_.remaining_after(reserve), request_timeout));
    if (fetched_) keys = fetched_->keys.find(algorithm, key_id);
  }
  // The issuer may have this key, but the last fetch failed.
  if (!fetched_ || (keys.empty() && last_fetch_failed_))
    return failure(Problem::unavailable("the issuer's keys are unavailable"));
  return keys;
}

}  // namespace serverless::auth
