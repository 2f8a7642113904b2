#include "core/auth/issuer_keys.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/support/captured_log.h"
#include "tests/support/fakes.h"
#include "tests/support/matchers.h"
#include "tests/support/tokens.h"

namespace serverless::auth {
namespace {

using namespace serverless::testing;
using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using enum SignatureAlgorithm;

class IssuerKeysTest : public ::testing::Test {
 protected:
  void publishes(const std::string& body, int status = 200) {
    transport_.script.emplace_back(net::HttpResponse{.status = status, .headers = {}, .body = body});
  }
  void is_down() {
    transport_.script.emplace_back(tl::unexpected<net::TransportError>(
        {.kind = net::TransportError::Kind::not_sent, .message = "connection refused"}));
  }
  void start() { keys_.fetch_during_initialization(700ms); }
  bool knows(const std::string& id, SignatureAlgorithm algorithm = rs256) {
    const auto key = keys_.find(algorithm, id);
    return key && !key->empty();
  }
  std::size_t fetches() const { return transport_.sent.size(); }

  ScriptedTransport transport_;
  FakeClock clock_;
  Deadline deadline_{clock_};
  CapturedLog log_;
  IssuerKeys keys_{"https://issuer.example/jwks", {rs256, es256}, transport_, clock_, deadline_, log_.log};
};

const std::string one_key = fmt::format(R"({{"keys":[{}]}})", rsa_jwk(R"("kid":"one")"));
const std::string two_keys =
    fmt::format(R"({{"keys":[{},{}]}})", rsa_jwk(R"("kid":"one")"), ec_jwk(R"("kid":"two")"));
const std::string other_key = fmt::format(R"({{"keys":[{}]}})", ec_jwk(R"("kid":"two")"));

TEST_F(IssuerKeysTest, FetchesTheKeysDuringInitialization) {
  publishes(one_key);
  start();
  EXPECT_TRUE(knows("one"));
  ASSERT_EQ(fetches(), 1U);
  EXPECT_EQ(transport_.sent[0].url, "https://issuer.example/jwks");
  EXPECT_EQ(transport_.sent[0].body, std::nullopt);
  EXPECT_EQ(transport_.sent[0].timeout, 700ms);
  EXPECT_EQ(transport_.sent[0].max_body, 256U << 10);
  EXPECT_THAT(log_.lines(), IsEmpty());
}

TEST_F(IssuerKeysTest, FetchesTheKeysForTheFirstRequestAfterAFailure) {
  is_down();
  start();
  publishes(one_key);
  EXPECT_TRUE(knows("one"));
  EXPECT_EQ(fetches(), 2U);
  EXPECT_THAT(log_.lines(),
              ElementsAre(AllOf(HasSubstr(R"("level":"WARN")"), HasSubstr("connection refused"))));
}

TEST_F(IssuerKeysTest, FetchesAgainForAnUnknownKey) {
  publishes(one_key);
  start();
  clock_.advance(60s);
  publishes(two_keys);
  EXPECT_TRUE(knows("two", es256));
  EXPECT_TRUE(knows("one"));
  EXPECT_EQ(fetches(), 2U);
}

TEST_F(IssuerKeysTest, ForgetsTheKeysThatTheIssuerReplaced) {
  publishes(one_key);
  start();
  clock_.advance(60s);
  publishes(other_key);
  EXPECT_TRUE(knows("two", es256));
  EXPECT_FALSE(knows("one"));
}

TEST_F(IssuerKeysTest, FetchesAtMostOnceAMinute) {
  publishes(one_key);
  start();
  for (int second = 0; second < 60; ++second) {
    EXPECT_FALSE(knows(fmt::format("made up {}", second)));
    clock_.advance(1s);
  }
  EXPECT_EQ(fetches(), 1U);
  publishes(one_key);
  EXPECT_FALSE(knows("made up"));
  EXPECT_FALSE(knows("also made up"));
  EXPECT_TRUE(knows("one"));
  EXPECT_EQ(fetches(), 2U);
}

TEST_F(IssuerKeysTest, KeepsThePreviousKeysWhileTheIssuerFails) {
  publishes(one_key);
  start();
  const std::function<void()> failures[] = {
      [&] { is_down(); },
      [&] { publishes(two_keys, 500); },
      [&] { publishes(two_keys, 302); },
      [&] { publishes("<html>"); },
  };
  for (const auto& fail : failures) {
    clock_.advance(60s);
    fail();
    EXPECT_FALSE(knows("two", es256));
    EXPECT_TRUE(knows("one"));
  }
  EXPECT_EQ(fetches(), 1 + std::size(failures));
  EXPECT_EQ(log_.lines().size(), std::size(failures));
}

TEST_F(IssuerKeysTest, FetchesAgainAfterAnHour) {
  publishes(one_key);
  start();
  clock_.advance(1h - 1ms);
  EXPECT_TRUE(knows("one"));
  EXPECT_EQ(fetches(), 1U);
  clock_.advance(1ms);
  publishes(other_key);
  EXPECT_FALSE(knows("one"));
  EXPECT_TRUE(knows("two", es256));
  EXPECT_EQ(fetches(), 2U);
}

TEST_F(IssuerKeysTest, DropsAllKeysWhenTheIssuerPublishesNone) {
  publishes(one_key);
  start();
  clock_.advance(1h);
  publishes(R"({"keys":[]})");
  EXPECT_FALSE(knows("one"));
  EXPECT_THAT(log_.lines(), ElementsAre(HasSubstr("publishes no key for the configured algorithms")));
  clock_.advance(60s);
  publishes(one_key);
  EXPECT_TRUE(knows("one"));
}

TEST_F(IssuerKeysTest, IsUnavailableForAnUnknownKeyWhileTheIssuerFails) {
  publishes(one_key);
  start();
  clock_.advance(60s);
  is_down();
  EXPECT_THAT(keys_.find(es256, "two"), IsProblem(Problem::Kind::unavailable));
  EXPECT_THAT(keys_.find(es256, "two"), IsProblem(Problem::Kind::unavailable));
  EXPECT_TRUE(knows("one"));
  clock_.advance(60s);
  publishes(one_key);
  EXPECT_TRUE(keys_.find(es256, "two"));
  EXPECT_FALSE(knows("two", es256));
}

TEST_F(IssuerKeysTest, KeepsKeysOlderThanAnHourWhileTheIssuerIsDown) {
  publishes(one_key);
  start();
  clock_.advance(2h);
  is_down();
  EXPECT_TRUE(knows("one"));
  EXPECT_TRUE(knows("one"));
  EXPECT_EQ(fetches(), 2U);
  clock_.advance(1min);
  publishes(one_key);
  EXPECT_TRUE(knows("one"));
}

TEST_F(IssuerKeysTest, IsUnavailableWithoutKeysAndFetchesEveryFiveSeconds) {
  is_down();
  start();
  is_down();
  EXPECT_THAT(keys_.find(rs256, "one"), IsProblem(Problem::Kind::unavailable));
  clock_.advance(5s - 1ms);
  EXPECT_THAT(keys_.find(rs256, "one"), IsProblem(Problem::Kind::unavailable));
  EXPECT_EQ(fetches(), 2U);
  clock_.advance(1ms);
  publishes(one_key);
  EXPECT_TRUE(knows("one"));
  EXPECT_EQ(fetches(), 3U);
}

TEST_F(IssuerKeysTest, LeavesTimeToRespond) {
  deadline_.set(clock_.now() + 2500ms);
  is_down();
  (void)keys_.find(rs256, "one");
  ASSERT_EQ(fetches(), 1U);
  EXPECT_EQ(transport_.sent[0].timeout, 1500ms);

  clock_.advance(5s);
  deadline_.set(clock_.now() + 10s);
  is_down();
  (void)keys_.find(rs256, "one");
  EXPECT_EQ(transport_.sent[1].timeout, 2s);

  clock_.advance(5s);
  deadline_.set(clock_.now() + 900ms);
  EXPECT_THAT(keys_.find(rs256, "one"), IsProblem(Problem::Kind::unavailable));
  EXPECT_EQ(fetches(), 2U);
}

TEST_F(IssuerKeysTest, AreUnavailableWhenThereIsNoTimeToFetchAnUnknownKey) {
  publishes(one_key);
  start();
  clock_.advance(1min);
  deadline_.set(clock_.now() + 900ms);
  EXPECT_THAT(keys_.find(rs256, "two"), IsProblem(Problem::Kind::unavailable));
  EXPECT_THAT(log_.lines(), ElementsAre(HasSubstr("leaves no time")));
  EXPECT_TRUE(knows("one"));
  EXPECT_EQ(fetches(), 1U);

  deadline_.set(clock_.now() + 10s);
  publishes(two_keys);
  EXPECT_TRUE(knows("two", es256));
}

TEST_F(IssuerKeysTest, LogsRejectedKeys) {
  publishes(fmt::format(R"({{"keys":[{},{{"kty":"RSA","kid":"weak","n":"AQAB","e":"AQAB"}}]}})", ec_jwk()));
  start();
  EXPECT_THAT(log_.lines(), ElementsAre(AllOf(HasSubstr(R"("level":"WARN")"), HasSubstr("weak"),
                                              HasSubstr("must have at least 2048 bits"))));
  EXPECT_TRUE(knows("ec", es256));
}

}  // namespace
}  // namespace serverless::auth
