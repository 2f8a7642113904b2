#include "create_user/create_user.h"

#include "core/http/idempotency.h"
#include "core/http/json_body.h"
#include "users/user_responses.h"
#include "users/validation.h"

namespace users {

Result<http::Response> create_user(const http::Request& request, const Services<UserCreator>& services) {
  return collect(http::idempotency_key(request), http::json_body(request).and_then(parse_new_user))
      .and_then(unpacked([&](const std::optional<std::string>& key, const NewUser& given) {
        const Instant now = services.clock.now();
        const User user{.id = UserId::make(services.ids),
                        .name = given.name,
                        .email = given.email,
                        .age = given.age,
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
