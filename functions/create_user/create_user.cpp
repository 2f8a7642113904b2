#include "create_user/create_user.h"

#include "core/http/field_reader.h"
#include "core/http/idempotency.h"
#include "users/user_responses.h"

namespace users {

Result<http::Response> create_user(const http::Request& request, const Services<UserCreator>& services) {
  return collect(http::idempotency_key(request),
                 http::json_body(request).and_then(http::read_values<UserValues>))
      .and_then(unpacked([&](const std::optional<std::string>& key, const UserValues& given) {
        const Instant now = services.clock.now();
        const User user{.id = UserId::make(services.ids),
                        .values = given,
                        .created_at = now,
                        .updated_at = now,
                        .version = 1};
        if (!key) return services.store.create(user);
        return services.store.create_idempotent(
            user, http::idempotency_record(request.caller, *key, fingerprint_values(given), now));
      }))
      .map([&](const Creation& creation) { return created_response(request, creation); });
}

}  // namespace users
