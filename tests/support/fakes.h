#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "app/services.h"
#include "net/http_client.h"
#include "support/clock.h"
#include "support/environment.h"
#include "support/ids.h"
#include "support/random.h"
#include "tests/support/in_memory_user_store.h"

namespace users::testing {

using std::chrono::milliseconds;

/// Stands still but for the sleeps, which it writes down.
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

/// Counts: 00000000-0000-4000-8000-000000000001 and on.
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
  std::optional<std::string> get(const char* name) const override;

 private:
  std::map<std::string, std::string> variables_;
};

/// Plays a server: answers with what the script holds, one after the other, and keeps what it was sent.
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

/// Ada, in version 1, as she was created when FakeClock began.
User ada();

/// Ada but for an id and an address of its own.
User somebody(Ids& ids);

/// The services of a handler, with everything foreseeable.
struct FakeServices {
  InMemoryUserStore users;
  FakeClock clock;
  FakeIds ids;
  Services services{users, clock, ids};

  /// Puts a user into the store, in the version that it has.
  FakeServices& with(const User& user) { return (void)users.create(user), *this; }
  operator Services&() { return services; }
};

}  // namespace users::testing
