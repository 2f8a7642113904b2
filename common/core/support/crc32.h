#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace serverless {
namespace detail {

constexpr std::array<std::uint32_t, 256> crc32_table = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t remainder = i;
    for (int bit = 0; bit < 8; ++bit)
      remainder = (remainder >> 1U) ^ ((remainder & 1U) != 0 ? 0xEDB88320U : 0U);
    table[i] = remainder;
  }
  return table;
}();

}  // namespace detail

/// Returns the CRC-32 of IEEE 802.3, zlib and DynamoDB's `x-amz-crc32`. It detects accidents, not attacks.
constexpr std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char byte : bytes)
    crc = (crc >> 8U) ^ detail::crc32_table[(crc ^ static_cast<unsigned char>(byte)) & 0xFFU];
  return crc ^ 0xFFFFFFFFU;
}

static_assert(crc32("123456789") == 0xCBF43926U, "the check value of CRC-32/ISO-HDLC");

}  // namespace serverless
