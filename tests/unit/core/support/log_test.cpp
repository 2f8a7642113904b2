#include "core/support/log.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <limits>

#include "core/json/json.h"
#include "tests/support/captured_log.h"

namespace serverless::testing {
namespace {

using namespace std::string_view_literals;
using ::testing::ElementsAre;

TEST(Log, WritesOneObjectPerLine) {
  CapturedLog captured;
  captured.log.write(LogLevel::info, "request",
                     {{"route", "GET /orders/{orderId}"},
                      {"status", std::int64_t{200}},
                      {"durationMs", std::chrono::microseconds(1234)},
                      {"coldStart", true}});
  captured.log.write(LogLevel::error, "failed");
  EXPECT_THAT(
      captured.lines(),
      ElementsAre(R"({"timestamp":"2026-01-02T03:04:05.678Z","level":"INFO","message":"request",)"
                  R"("route":"GET /orders/{orderId}","status":200,"durationMs":1.234,"coldStart":true})",
                  R"({"timestamp":"2026-01-02T03:04:05.678Z","level":"ERROR","message":"failed"})"));
}

TEST(Log, WritesValidJsonForAnyText) {
  struct Case {
    std::string_view text;
    std::string_view read_back;
  };
  constexpr Case cases[] = {
      {"quotes \" and \\ backslashes", "quotes \" and \\ backslashes"},
      {"line\nfeed, tab\t, zero\0, escape\x1B, delete\x7F"sv,
       "line\nfeed, tab\t, zero\0, escape\x1B, delete\x7F"sv},
      {"José 名前 👩‍🚀", "José 名前 👩‍🚀"},
      {"\xC3 cut \xE5\x90", "\uFFFD cut \uFFFD\uFFFD"},
      {"\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},
      {"", ""},
  };
  for (const auto& [text, read_back] : cases) {
    CapturedLog captured;
    captured.log.write(LogLevel::info, text, {{"cause", text}});
    const auto lines = captured.lines();
    ASSERT_EQ(lines.size(), 1U) << text;
    const auto line = json::Document::parse(lines[0]);
    ASSERT_TRUE(line) << line.error().message << ": " << lines[0];
    EXPECT_EQ(line->root()["message"].string(), read_back);
    EXPECT_EQ(line->root()["cause"].string(), read_back);
  }
}

TEST(Log, WritesNumbersExactly) {
  CapturedLog captured;
  captured.log.write(LogLevel::info, "numbers",
                     {{"least", std::numeric_limits<std::int64_t>::min()}, {"no", false}});
  const auto lines = captured.lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(lines[0], ::testing::EndsWith(R"("least":-9223372036854775808,"no":false})"));
}

constexpr LogLevel levels[] = {LogLevel::trace, LogLevel::debug, LogLevel::info,
                               LogLevel::warn,  LogLevel::error, LogLevel::fatal};

TEST(Log, DropsLinesBelowItsLevel) {
  for (const LogLevel level : levels) {
    CapturedLog captured(level);
    for (const LogLevel line : levels) captured.log.write(line, "line");
    EXPECT_EQ(captured.lines().size(), std::size(levels) - static_cast<std::size_t>(level));
  }
}

TEST(Log, AppliesANewLevel) {
  CapturedLog captured(LogLevel::fatal);
  captured.log.write(LogLevel::info, "before");
  captured.log.set_level(LogLevel::info);
  captured.log.write(LogLevel::info, "after");
  EXPECT_THAT(captured.lines(), ElementsAre(::testing::HasSubstr("after")));
}

TEST(Log, AddsTheRequestIdOfTheInvocation) {
  CapturedLog captured;
  captured.log.set_request_id("id-1");
  captured.log.write(LogLevel::info, "within", {{"status", std::int64_t{200}}});
  captured.log.set_request_id({});
  captured.log.write(LogLevel::info, "between");
  EXPECT_THAT(captured.lines(),
              ElementsAre(::testing::EndsWith(R"("message":"within","requestId":"id-1","status":200})"),
                          ::testing::EndsWith(R"("message":"between"})")));
}

TEST(Log, AddsTheCallerUntilTheNextInvocation) {
  CapturedLog captured;
  captured.log.set_request_id("id-1");
  captured.log.set_caller("0f1e");
  captured.log.write(LogLevel::info, "within", {{"status", std::int64_t{200}}});
  captured.log.set_request_id("id-2");
  captured.log.write(LogLevel::info, "next");
  EXPECT_THAT(captured.lines(),
              ElementsAre(::testing::EndsWith(
                              R"("message":"within","requestId":"id-1","caller":"0f1e","status":200})"),
                          ::testing::EndsWith(R"("message":"next","requestId":"id-2"})")));
}

TEST(Log, WritesMetricsAtAnyLevel) {
  CapturedLog captured(LogLevel::fatal);
  captured.log.write_with_metrics(LogLevel::info, "request", {}, R"({"_aws":{}})");
  EXPECT_THAT(captured.lines(), ElementsAre(R"({"_aws":{}})"));
}

TEST(Log, WritesALineAndItsMetricsInOneWrite) {
  int sockets[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, sockets), 0);  // keeps each write apart
  const FakeClock clock;
  Log log(clock, LogLevel::info, sockets[0]);
  log.set_request_id("id-1");
  log.write_with_metrics(LogLevel::info, "request", {{"status", std::int64_t{200}}}, R"({"_aws":{}})");
  std::string written(4096, '\0');
  written.resize(static_cast<std::size_t>(read(sockets[1], written.data(), written.size())));
  EXPECT_EQ(
      written,
      R"({"timestamp":"2026-01-02T03:04:05.678Z","level":"INFO","message":"request","requestId":"id-1",)"
      R"("status":200})"
      "\n"
      R"({"_aws":{}})"
      "\n");
  close(sockets[0]);
  close(sockets[1]);
}

TEST(Log, IgnoresAnInvalidDescriptor) {
  const FakeClock clock;
  Log(clock, LogLevel::info, -1).write(LogLevel::info, "not written");
}

TEST(LogLevel, IsParsedRegardlessOfCase) {
  constexpr std::pair<const char*, LogLevel> cases[] = {
      {"TRACE", LogLevel::trace}, {"DEBUG", LogLevel::debug}, {"INFO", LogLevel::info},
      {"WARN", LogLevel::warn},   {"ERROR", LogLevel::error}, {"FATAL", LogLevel::fatal},
      {"info", LogLevel::info},   {"Warn", LogLevel::warn},
  };
  for (const auto& [text, level] : cases) EXPECT_EQ(log_level_from(text), level) << text;
}

TEST(LogLevel, IsAbsentForOtherText) {
  for (const char* text : {"", "INF", "INFOS", "WARNING", "OFF", "2", " INFO"})
    EXPECT_EQ(log_level_from(text), std::nullopt) << text;
}

}  // namespace
}  // namespace serverless::testing
