#include <benchmark/benchmark.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/http/field_reader.h"
#include "core/lambda/proxy_event.h"
#include "core/support/ids.h"
#include "users/email_address.h"
#include "users/page_position.h"
#include "users/user_json.h"
#include "users/user_responses.h"

/// Measures the parts of a request outside the network.
namespace users {
namespace {

namespace lambda = serverless::lambda;
using serverless::RandomIds;

constexpr const char* body = R"({"name":"José 名前","email":"jose.garcia+news@mail.example.com","age":41})";

User a_user(Ids& ids) {
  const Instant now = *from_rfc3339("2026-01-02T03:04:05.678Z");
  return {.id = UserId::make(ids),
          .values = {.name = "José 名前", .email = "jose.garcia+news@mail.example.com", .age = 41},
          .created_at = now,
          .updated_at = now,
          .version = 1};
}

struct Page {
  std::vector<User> users;
  std::string next_token;
};

Page a_page(int size) {
  RandomIds ids;
  Page page;
  for (int i = 0; i < size; ++i) page.users.push_back(a_user(ids));
  page.next_token = to_page_token(page.users.back().id);
  return page;
}

void decode_event(benchmark::State& state, const char* name) {
  const std::ifstream file(std::filesystem::path(EVENTS_DIR) / name);
  const std::string event = (std::ostringstream() << file.rdbuf()).str();
  if (!lambda::decode_event(event)) return state.SkipWithError("the event is not a request");
  for (auto _ : state) benchmark::DoNotOptimize(lambda::decode_event(event));
}
BENCHMARK_CAPTURE(decode_event, rest, "rest_create_user.json");
BENCHMARK_CAPTURE(decode_event, http, "http_create_user.json");

void read_user_values(benchmark::State& state) {
  if (!serverless::http::read_values<users::UserValues>(body))
    return state.SkipWithError("the body is rejected");
  for (auto _ : state) benchmark::DoNotOptimize(serverless::http::read_values<users::UserValues>(body));
}
BENCHMARK(read_user_values);

void is_email_address(benchmark::State& state) {
  const std::string address = "jose.garcia+news@mail.example.com";
  for (auto _ : state) benchmark::DoNotOptimize(users::is_email_address(address));
}
BENCHMARK(is_email_address);

void page_to_json(benchmark::State& state) {
  const Page page = a_page(static_cast<int>(state.range()));
  for (auto _ : state) benchmark::DoNotOptimize(to_json(page.users, page.next_token));
}
BENCHMARK(page_to_json)->Arg(1)->Arg(100);

void encode_response(benchmark::State& state) {
  const Page page = a_page(static_cast<int>(state.range()));
  const http::Response response = page_response(page.users, page.next_token);
  for (auto _ : state) benchmark::DoNotOptimize(lambda::encode_response(response));
}
BENCHMARK(encode_response)->Arg(1)->Arg(100);

void page_token_round_trip(benchmark::State& state) {
  RandomIds ids;
  const UserId id = UserId::make(ids);
  for (auto _ : state) benchmark::DoNotOptimize(id_from_page_token(to_page_token(id)));
}
BENCHMARK(page_token_round_trip);

}  // namespace
}  // namespace users
