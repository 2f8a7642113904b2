#include "http/user_exchange.h"

#include "http/entity_tag.h"
#include "http/uri.h"
#include "users/user_json.h"

namespace users::http {
namespace {

Response json_response(int status, std::string body) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

}  // namespace

Result<UserId> path_user_id(const Request& request) {
  const auto text = request.path_parameters.find("userId");
  auto id = text == request.path_parameters.end() ? std::nullopt : UserId::parse(text->second);
  if (!id) return failure(Problem::invalid("userId", "invalid_format", "must be a UUID"));
  return *std::move(id);
}

Response user_response(int status, const User& user) {
  Response response = json_response(status, to_json(user));
  response.headers.set("ETag", entity_tag(user.version));
  return response;
}

Response created_response(const Request& request, const Creation& creation) {
  Response response = user_response(201, creation.user);
  std::string location = encoded_path(request.path);
  if (!location.ends_with('/')) location += '/';
  response.headers.set("Location", location + creation.user.id.text());
  if (creation.replayed) response.headers.set("Idempotency-Replayed", "true");
  return response;
}

Response user_unless_held(const VersionCondition& held, const User& user) {
  if (!held.allows(user.version)) return user_response(200, user);
  return {.status = 304, .headers = {{"ETag", entity_tag(user.version)}}, .body = {}};
}

Response page_response(const std::vector<User>& users, const std::optional<std::string>& next_token) {
  return json_response(200, to_json(users, next_token));
}

}  // namespace users::http
