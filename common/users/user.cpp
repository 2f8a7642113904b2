#include "users/user.h"

#include "core/http/idempotency.h"

namespace users {

std::optional<UserId> UserId::parse(std::string_view text) {
  auto uuid = serverless::canonical_uuid(text);
  if (!uuid) return std::nullopt;
  return UserId(*std::move(uuid));
}

std::string fingerprint_values(const UserValues& values) {
  // The text of users with these three fields is as old as the table: a client may repeat a request after a
  // deployment. This list stays as it is when fields are added, replaced or removed.
  return http::canonical_text(values, {"name", "email", "age"});
}

}  // namespace users
