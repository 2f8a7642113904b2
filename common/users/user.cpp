#include "users/user.h"

#include <fmt/format.h>

#include "core/http/idempotency.h"

namespace users {

std::optional<UserId> UserId::parse(std::string_view text) {
  auto uuid = serverless::canonical_uuid(text);
  if (!uuid) return std::nullopt;
  return UserId(*std::move(uuid));
}

std::string fingerprint_values(const UserValues& values) {
  // The text of users with these three fields is as old as the table: a client may repeat a request after a
  // deployment.
  const auto age = values.age ? fmt::to_string(*values.age) : "";
  return fmt::format("{0}{4}{1}{4}{2}{3}", values.name, values.email, age,
                     http::canonical_text(values, {"name", "email", "age"}), http::fingerprint_separator);
}

}  // namespace users
