#include "users/page_token.h"

#include "support/base64.h"
#include "support/crc32.h"

namespace users {
namespace {

/// Format 1, the listing of all users. Another listing or another format begins otherwise.
constexpr std::string_view prefix = "1users:";
constexpr std::size_t checksum_bytes = 4;

std::string checksum(std::string_view content) {
  const std::uint32_t crc = crc32(content);
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(crc >> shift & 0xFFU));
  return bytes;
}

}  // namespace

std::string to_page_token(const UserId& after) {
  std::string content(prefix);
  content += after.text();
  return base64url_encode(content + checksum(content));
}

std::optional<UserId> from_page_token(std::string_view token) {
  const auto bytes = base64url_decode(token);
  if (!bytes || bytes->size() < prefix.size() + checksum_bytes) return std::nullopt;
  const auto content = std::string_view(*bytes).substr(0, bytes->size() - checksum_bytes);
  if (!content.starts_with(prefix) || !bytes->ends_with(checksum(content))) return std::nullopt;
  auto after = UserId::parse(content.substr(prefix.size()));
  if (after && after->text() != content.substr(prefix.size())) return std::nullopt;
  return after;
}

}  // namespace users
