#include "users/creation_key.h"

#include <fmt/format.h>

#include "support/sha256.h"

namespace users {
namespace {

constexpr std::chrono::hours lifetime{25};
/// Stands in no key, no name and no address.
constexpr char separator = '\x1f';

}  // namespace

CreationKey creation_key(std::string_view caller, std::string_view key, const NewUser& user, Instant now) {
  const auto age = user.age ? fmt::to_string(*user.age) : "";
  return {.digest = hex(sha256(fmt::format("{}{}{}", caller, separator, key))),
          .fingerprint = hex(sha256(fmt::format("{0}{3}{1}{3}{2}", user.name, user.email, age, separator))),
          .expires_at = now + lifetime};
}

}  // namespace users
