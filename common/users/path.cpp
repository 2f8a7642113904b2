#include "users/path.h"

namespace users {

Result<UserId> path_user_id(const http::Request& request) {
  const auto text = request.path_parameters.find("userId");
  auto id = text == request.path_parameters.end() ? std::nullopt : UserId::parse(text->second);
  if (!id) return failure(Problem::invalid("userId", "invalid_format", "must be a UUID"));
  return *std::move(id);
}

}  // namespace users
