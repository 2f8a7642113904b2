// What DynamoDB answers, through the client and the store to what the function answers.
//
// An input is a line that names the request, and a line for each reply: a character that tells how it comes,
// and its body. When they are used up, nobody answers any more.

#include <fmt/format.h>

#include "dynamodb/user_store.h"
#include "support/crc32.h"
#include "tests/fuzz/endpoints.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/reply.h"
#include "tests/support/captured_log.h"
#include "tests/support/fakes.h"
#include "tests/support/requests.h"

namespace users::fuzz {
namespace {

using testing::a_delete;
using testing::a_get;
using testing::a_post;
using testing::a_put;

std::string_view take_line(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

class Replies final : public net::Transport {
 public:
  explicit Replies(std::string_view lines) : lines_(lines) {}

  tl::expected<net::HttpResponse, net::TransportError> send(const net::HttpRequest& request) override {
    ++calls;
    require(json::Document::parse(request.body.value_or(""), {.unique_members = true}).has_value(),
            "what DynamoDB is asked is JSON");
    const auto line = take_line(lines_);
    const char how = line.empty() ? 'x' : line.front();
    const auto body = line.substr(std::min<std::size_t>(line.size(), 1));
    net::HttpResponse response{.status = 200, .headers = {}, .body = std::string(body)};
    switch (how) {
      case 'x':
        return tl::unexpected<net::TransportError>({net::TransportError::Kind::not_sent, "refused"});
      case 'l':
        return tl::unexpected<net::TransportError>({net::TransportError::Kind::reply_lost, "reset"});
      case 'c':
        response.headers.set("x-amz-crc32", body);
        return response;
      case '4':
        response.status = 400;
        break;
      case '5':
        response.status = 500;
        break;
      default:
        break;
    }
    response.headers.set("X-Amz-Crc32", fmt::to_string(crc32(body)));
    return response;
  }

  int calls = 0;

 private:
  std::string_view lines_;
};

struct Asked {
  const Endpoint& endpoint;
  http::Request request;
};

Asked asked(std::string_view name) {
  const std::string ada = testing::ada().id.text();
  constexpr std::string_view new_user = R"({"name":"Ada","email":"ada@example.com"})";
  if (name == "create") return {create_user_endpoint, a_post().body(new_user)};
  if (name == "once") return {create_user_endpoint, a_post().header("Idempotency-Key", "k").body(new_user)};
  if (name == "list") return {list_users_endpoint, a_get()};
  if (name == "by name") return {list_users_endpoint, a_get().query("namePrefix", "a")};
  if (name == "by email") return {list_users_endpoint, a_get().query("email", "ada@example.com")};
  if (name == "update") return {update_user_endpoint, a_put().user(ada).body(R"({"name":"Ada"})")};
  if (name == "move")
    return {update_user_endpoint,
            a_put().user(ada).header("If-Match", R"("1","2")").body(R"({"email":"ada@new.example"})")};
  if (name == "delete") return {delete_user_endpoint, a_delete().user(ada)};
  return {get_user_endpoint, a_get().user(ada)};
}

}  // namespace

void try_input(std::string_view input) {
  const auto [endpoint, request] = asked(take_line(input));
  Replies replies(input);
  testing::FakeClock clock;
  testing::FakeRandom random;
  testing::FakeIds ids;
  testing::CapturedLog log;
  dynamodb::Client client("http://127.0.0.1:8000", dynamodb::Signer({"id", "secret", {}}, "eu-central-1"),
                          replies, clock, random, log.log);
  const Instant deadline = clock.now() + std::chrono::seconds(10);
  client.set_deadline(deadline);
  dynamodb::DynamoDbUserStore store(client, "Users", "UserClaims", ids);
  Services services{store, clock, ids};

  const auto response = answer(endpoint, request, services, nullptr, "*", log.log);
  check_reply(response, {200, 201, 404, 409, 410, 412, 422, 500, 503});
  require(clock.now() < deadline, "there is time left to answer");
  require(replies.calls <= 60, "DynamoDB is asked a bounded number of times");
  for (const std::string& line : log.lines())
    require(json::Document::parse(line).has_value(), "a line of the log is JSON");
  if (response.status >= 500) {
    const auto body = json::Document::parse(response.body);
    const auto detail = body->root()["detail"].string();
    require(detail == "Something went wrong." || detail == "The service is busy; try again shortly.",
            "a client learns nothing of the inside");
    require(!log.lines().empty(), "the log tells why");
  }
}

}  // namespace users::fuzz
