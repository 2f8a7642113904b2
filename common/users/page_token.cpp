#include "users/page_token.h"

#include <fmt/format.h>

#include "support/base64.h"
#include "support/crc32.h"

namespace users {
namespace {

/// Format 1. Another listing or another format begins otherwise.
constexpr std::string_view all_users = "1users:";
constexpr std::size_t checksum_bytes = 4;

std::string checksum(std::string_view content) {
  const std::uint32_t crc = crc32(content);
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(crc >> shift & 0xFFU));
  return bytes;
}

/// What the listing by this prefix begins with: the position begins with the prefix, so that its length tells
/// it.
std::string users_by_name(std::string_view prefix) {
  return fmt::format("1names{}:", prefix.size());
}

std::string sealed(const std::string& content) {
  return base64url_encode(content + checksum(content));
}

/// What stands behind `listing` in a token that was sealed.
std::optional<std::string> unsealed(std::string_view token, std::string_view listing) {
  auto bytes = base64url_decode(token);
  if (!bytes || bytes->size() < listing.size() + checksum_bytes) return std::nullopt;
  const auto content = std::string_view(*bytes).substr(0, bytes->size() - checksum_bytes);
  if (!content.starts_with(listing) || !bytes->ends_with(checksum(content))) return std::nullopt;
  return std::string(content.substr(listing.size()));
}

}  // namespace

std::string to_page_token(const UserId& after) {
  return sealed(std::string(all_users) + after.text());
}

std::optional<UserId> from_page_token(std::string_view token) {
  const auto text = unsealed(token, all_users);
  auto after = text ? UserId::parse(*text) : std::nullopt;
  if (after && after->text() != *text) return std::nullopt;
  return after;
}

std::string to_name_page_token(std::string_view prefix, const NamePosition& after) {
  return sealed(users_by_name(prefix) + name_key(after));
}

std::optional<NamePosition> from_name_page_token(std::string_view prefix, std::string_view token) {
  const auto text = unsealed(token, users_by_name(prefix));
  auto after = text ? parse_name_key(*text) : std::nullopt;
  if (after && !after->folded_name.starts_with(prefix)) return std::nullopt;
  return after;
}

}  // namespace users
