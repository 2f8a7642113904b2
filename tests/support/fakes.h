#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "core/net/transport.h"
#include "core/support/clock.h"
#include "core/support/environment.h"
#include "core/support/ids.h"
#include "core/support/random.h"

namespace serverless::testing {

using std::chrono::milliseconds;

/// A clock that advances only by sleeps, which it records.
class FakeClock final : public Clock {
 public:
  Instant now() const override { return now_; }
  void sleep_for(milliseconds duration) override {
    sleeps.push_back(duration);
    now_ += duration;
  }
  void advance(milliseconds duration) { now_ += duration; }

  std::vector<milliseconds> sleeps;

 private:
  Instant now_ = *from_rfc3339("2026-01-02T03:04:05.678Z");
};

/// Returns 00000000-0000-4000-8000-000000000001 and the ids after it.
class FakeIds final : public Ids {
 public:
  std::string new_uuid() override;

 private:
  int last_ = 0;
};

class FakeRandom final : public Random {
 public:
  double unit() override { return next; }
  double next = 0.5;
};

class FakeEnvironment final : public Environment {
 public:
  explicit FakeEnvironment(std::map<std::string, std::string> variables) : variables_(std::move(variables)) {}
  std::optional<std::string> get_even_if_empty(const char* name) const override;

 private:
  std::map<std::string, std::string> variables_;
};

/// A fake server: returns the outcomes of a script in order, and records the requests.
class ScriptedTransport final : public net::Transport {
 public:
  using Outcome = tl::expected<net::HttpResponse, net::TransportError>;
  struct Sent {
    std::string url;
    http::Headers headers;
    std::optional<std::string> body;
    milliseconds timeout;
    std::size_t max_body;
    bool interruptible;
  };

  tl::expected<net::HttpResponse, net::TransportError> send(const net::HttpRequest& request) override;

  std::deque<Outcome> script;
  std::vector<Sent> sent;
};

}  // namespace serverless::testing
