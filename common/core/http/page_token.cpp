#include "core/http/page_token.h"

#include <fmt/format.h>

#include <cstdint>

#include "core/support/base64.h"
#include "core/support/crc32.h"

namespace serverless::http {
namespace {

constexpr char format_version = '1';
constexpr std::size_t checksum_bytes = 4;

/// Returns the CRC-32 as four bytes, big-endian.
std::string checksum(std::string_view content) {
  const std::uint32_t crc = crc32(content);
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(crc >> shift & 0xFFU));
  return bytes;
}

std::string header_of(std::string_view listing) {
  return fmt::format("{}{}:", format_version, listing);
}

}  // namespace

std::string page_token(std::string_view listing, std::string_view position) {
  const std::string content = header_of(listing).append(position);
  return base64url_encode(content + checksum(content));
}

std::optional<std::string> position_in_page_token(std::string_view listing, std::string_view token) {
  const auto bytes = base64url_decode(token);
  const std::string header = header_of(listing);
  if (!bytes || bytes->size() < header.size() + checksum_bytes) return std::nullopt;
  const auto content = std::string_view(*bytes).substr(0, bytes->size() - checksum_bytes);
  if (!content.starts_with(header) || !bytes->ends_with(checksum(content))) return std::nullopt;
  return std::string(content.substr(header.size()));
}

}  // namespace serverless::http
