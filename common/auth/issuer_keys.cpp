#include "auth/issuer_keys.h"

#include <fmt/format.h>

#include <algorithm>

namespace users::auth {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds timeout_in_request{2000};
constexpr std::size_t max_key_set = 256 << 10;
/// What DynamoDB and the answer need of the invocation's time.
constexpr milliseconds reserve{1000};

constexpr std::chrono::hours longest_age{1};
/// Who makes up key ids must not be able to have the issuer flooded.
constexpr std::chrono::minutes between_fetches{1};
/// Without any keys every request waits for an answer, and fails without one.
constexpr std::chrono::seconds between_attempts_without_keys{5};

}  // namespace

IssuerKeys::IssuerKeys(std::string url, Algorithms algorithms, net::Transport& transport, const Clock& clock,
                       Log& log)
    : url_(std::move(url)),
      algorithms_(std::move(algorithms)),
      transport_(transport),
      clock_(clock),
      log_(log) {}

void IssuerKeys::fetch_in_start(milliseconds timeout) {
  take(fetch(timeout));
  if (!set_) next_fetch_.reset();  // the first request need not wait
}

IssuerKeys::Fetched IssuerKeys::fetch(milliseconds timeout) const {
  Fetched fetched;
  const auto response = transport_.send({.url = url_, .timeout = timeout, .max_body = max_key_set});
  if (!response) {
    fetched.set = tl::unexpected(response.error().message);
  } else if (response->status != 200) {
    fetched.set = tl::unexpected(fmt::format("the issuer answers with HTTP {}", response->status));
  } else {
    fetched.set = KeySet::parse(response->body, algorithms_, fetched.refused).map_error([](const auto& why) {
      return "what the issuer publishes " + why;
    });
  }
  return fetched;
}

void IssuerKeys::take(Fetched fetched) {
  for (const std::string& why : fetched.refused)
    log_.write(LogLevel::warn, "key of the issuer left out", {{"cause", why}});
  const Instant now = clock_.now();
  last_fetch_failed_ = !fetched.set;
  if (last_fetch_failed_ || fetched.set->empty()) {
    log_.write(LogLevel::warn, "no keys from the issuer",
               {{"cause", last_fetch_failed_ ? fetched.set.error() : "none of those published is of use"}});
  }
  if (!last_fetch_failed_) {
    set_ = *std::move(fetched.set);
    fetched_at_ = now;
  }
  next_fetch_ = now + (set_ ? milliseconds(between_fetches) : milliseconds(between_attempts_without_keys));
}

bool IssuerKeys::is_due(bool found) const {
  const Instant now = clock_.now();
  return (!found || now >= fetched_at_ + longest_age) && (!next_fetch_ || now >= *next_fetch_);
}

Result<std::vector<const VerificationKey*>> IssuerKeys::find(SignatureAlgorithm algorithm,
                                                             const std::optional<std::string>& key_id) {
  std::vector<const VerificationKey*> keys;
  if (set_) keys = set_->find(algorithm, key_id);
  if (is_due(!keys.empty())) {
    const milliseconds remaining = deadline_ - clock_.now() - reserve;
    if (remaining > milliseconds::zero()) take(fetch(std::min(remaining, timeout_in_request)));
    if (set_) keys = set_->find(algorithm, key_id);
  }
  // What the issuer could not be asked for is not unknown.
  if (!set_ || (keys.empty() && last_fetch_failed_))
    return failure(Problem::unavailable("the issuer's keys are not to be had"));
  return keys;
}

}  // namespace users::auth
