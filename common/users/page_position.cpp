#include "users/page_position.h"

#include <fmt/format.h>

#include "core/http/page_token.h"

namespace users {
namespace {

constexpr std::string_view all_users = "users";

/// Returns the name of the listing with this prefix. The length of the prefix is enough to identify it,
/// because the position in the token begins with the prefix.
std::string users_by_name(std::string_view prefix) {
  return fmt::format("names{}", prefix.size());
}

}  // namespace

std::string to_page_token(const UserId& after) {
  return http::page_token(all_users, after.text());
}

std::optional<UserId> id_from_page_token(std::string_view token) {
  const auto text = http::position_in_page_token(all_users, token);
  auto after = text ? UserId::parse(*text) : std::nullopt;
  if (after && after->text() != *text) return std::nullopt;
  return after;
}

std::string to_page_token(std::string_view prefix, const NamePosition& after) {
  return http::page_token(users_by_name(prefix), name_key(after));
}

std::optional<NamePosition> name_position_from_page_token(std::string_view prefix, std::string_view token) {
  const auto text = http::position_in_page_token(users_by_name(prefix), token);
  auto after = text ? parse_name_key(*text) : std::nullopt;
  if (after && !after->folded_name.starts_with(prefix)) return std::nullopt;
  return after;
}

}  // namespace users
