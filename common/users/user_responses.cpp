#include "users/user_responses.h"

#include "core/http/entity_tag.h"
#include "core/http/responses.h"
#include "users/user_json.h"

namespace users {

http::Response user_response(int status, const User& user) {
  http::Response response = http::json_response(status, to_json(user));
  response.headers.set("ETag", http::entity_tag(user.version));
  return response;
}

http::Response created_response(const http::Request& request, const Creation& creation) {
  http::Response response = user_response(201, creation.user);
  response.headers.set("Location", http::child_location(request, creation.user.id.text()));
  if (creation.replayed) response.headers.set("Idempotency-Replayed", "true");
  return response;
}

http::Response user_or_not_modified(const User& user, const http::VersionSet& held) {
  return held.contains(user.version) ? http::not_modified(http::entity_tag(user.version))
                                     : user_response(200, user);
}

http::Response page_response(const std::vector<User>& users, const std::optional<std::string>& next_token) {
  return http::json_response(200, to_json(users, next_token));
}

}  // namespace users
