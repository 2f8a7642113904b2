#include "users/user.h"

#include "core/http/idempotency.h"

namespace users {

std::optional<UserId> UserId::parse(std::string_view text) {
  auto uuid = serverless::canonical_uuid(text);
  if (!uuid) return std::nullopt;
  return UserId(*std::move(uuid));
}

std::string fingerprint_values(const UserValues& values) {
  // Do not add a new field here: canonical_text() appends the fields that this list does not name. Once the
  // service is deployed, do not change the list, even when fields are replaced or removed, because a client
  // may repeat a request after a deployment.
  return http::canonical_text(values, {"name", "email", "age"});
}

}  // namespace users
