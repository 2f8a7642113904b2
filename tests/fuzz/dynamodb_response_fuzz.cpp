// Responses of DynamoDB, passed through the client, the table and the handler to the function's response.
//
// An input is a line that names the request, and a line for each response: a character for its kind, and its
// body. After the last one, no connection succeeds.

#include <fmt/format.h>

#include "core/dynamodb/table_creator.h"
#include "core/dynamodb/table_finder.h"
#include "core/dynamodb/table_reader.h"
#include "core/dynamodb/table_remover.h"
#include "core/dynamodb/table_updater.h"
#include "core/support/crc32.h"
#include "tests/fuzz/endpoints.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/response.h"
#include "tests/support/test_application.h"

namespace serverless::fuzz {
namespace {

std::string_view take_line(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

class Responses final : public net::Transport {
 public:
  explicit Responses(std::string_view lines) : lines_(lines) {}

  tl::expected<net::HttpResponse, net::TransportError> send(const net::HttpRequest& request) override {
    ++calls;
    require(json::Document::parse(request.body.value_or(""), {.unique_members = true}).has_value(),
            "a request to DynamoDB is JSON");
    const auto line = take_line(lines_);
    const char kind = line.empty() ? 'x' : line.front();
    const auto body = line.substr(std::min<std::size_t>(line.size(), 1));
    net::HttpResponse response{.status = 200, .headers = {}, .body = std::string(body)};
    switch (kind) {
      case 'x':
        return tl::unexpected<net::TransportError>({net::TransportError::Kind::not_sent, "refused"});
      case 'l':
        return tl::unexpected<net::TransportError>({net::TransportError::Kind::response_lost, "reset"});
      case 'c':
        response.headers.set("x-amz-crc32", body);
        return response;
      case 'd':
        return net::HttpResponse{.status = 400,
                                 .headers = {{"Date", std::string(body)}},
                                 .body = R"({"__type":"#InvalidSignatureException"})"};
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

/// An endpoint, and a request for it as an event.
struct Case {
  BoundEndpoint endpoint;
  std::string event;
};

constexpr const char* user_id = "ada00000-0000-4000-8000-000000000001";

/// Returns the event of a REST API; `members` follow the method and the path.
std::string event(std::string_view method, std::string_view members = "") {
  const bool has_id = method != "POST" && method != "LIST";
  return fmt::format(R"({{"httpMethod":"{}","path":"/users{}{}"{}}})", method == "LIST" ? "GET" : method,
                     has_id ? "/" : "", has_id ? user_id : "", members);
}

Case case_named(std::string_view name) {
  constexpr std::string_view new_user = R"(,"body":"{\"name\":\"Ada\",\"email\":\"ada@example.com\"}")";
  if (name == "create")
    return {bind<dynamodb::TableCreator>(users::create_user_endpoint, users::users_table),
            event("POST", new_user)};
  if (name == "once")
    return {bind<dynamodb::TableCreator>(users::create_user_endpoint, users::users_table),
            event("POST", std::string(R"(,"headers":{"Idempotency-Key":"k"})").append(new_user))};
  if (name == "list")
    return {bind<dynamodb::TableFinder>(users::list_users_endpoint, users::users_table), event("LIST")};
  if (name == "by name")
    return {bind<dynamodb::TableFinder>(users::list_users_endpoint, users::users_table),
            event("LIST", R"(,"queryStringParameters":{"namePrefix":"a"})")};
  if (name == "by email")
    return {bind<dynamodb::TableFinder>(users::list_users_endpoint, users::users_table),
            event("LIST", R"(,"queryStringParameters":{"email":"ada@example.com"})")};
  if (name == "update")
    return {bind<dynamodb::TableUpdater>(users::update_user_endpoint, users::users_table),
            event("PUT", R"(,"body":"{\"name\":\"Ada\"}")")};
  if (name == "move")
    return {
        bind<dynamodb::TableUpdater>(users::update_user_endpoint, users::users_table),
        event("PUT", R"(,"headers":{"If-Match":"\"1\",\"2\""},"body":"{\"email\":\"ada@new.example\"}")")};
  if (name == "delete")
    return {bind<dynamodb::TableRemover>(users::delete_user_endpoint, users::users_table), event("DELETE")};
  return {bind<dynamodb::TableReader>(users::get_user_endpoint, users::users_table), event("GET")};
}

}  // namespace

void try_input(std::string_view input) {
  const auto [endpoint, event] = case_named(take_line(input));
  Responses responses(input);
  testing::TestApplication parts(responses);
  const auto invocation = parts.invocation(event);

  const std::string text = parts.make(endpoint)->handle(invocation);
  check_proxy_response(text, {200, 201, 404, 409, 410, 412, 422, 500, 503});
  require(parts.clock.now() < invocation.deadline, "time is left to respond");
  require(responses.calls <= 60, "the number of calls is bounded");
  for (const std::string& line : parts.log.lines())
    require(json::Document::parse(line).has_value(), "a line of the log is JSON");
  const auto proxy_response = json::Document::parse(text);
  if (proxy_response->root()["statusCode"].integer().value_or(0) >= 500) {
    const auto body = json::Document::parse(proxy_response->root()["body"].string().value_or(""));
    const auto detail = body->root()["detail"].string();
    require(detail == "The server failed to handle the request." ||
                detail == "The service is busy; try again shortly.",
            "the response reveals no details of the failure");
    require(parts.log.lines().size() > 2, "the log has the reason");
  }
}

}  // namespace serverless::fuzz
