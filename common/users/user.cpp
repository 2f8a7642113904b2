#include "users/user.h"

#include "core/http/idempotency.h"

namespace users {

std::optional<UserId> UserId::parse(std::string_view text) {
  auto uuid = serverless::canonical_uuid(text);
  if (!uuid) return std::nullopt;
  return UserId(*std::move(uuid));
}

std::string fingerprint_values(const UserValues& values) {
  // A new field does not belong here: canonical_text() adds the fields that this list does not name. Once the
  // service is deployed, the list stays as it is, also when fields are replaced or removed, because a client
  // may repeat a request after a deployment.
  return http::canonical_text(values, {"name", "email", "age"});
}

}  // namespace users
