#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace serverless {
namespace detail {

/// Table n contains the remainder of each byte followed by n zero bytes, so that one step processes eight
/// bytes ("slicing-by-8").
constexpr auto crc32_tables = [] {
  std::array<std::array<std::uint32_t, 256>, 8> tables{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t remainder = i;
    for (int bit = 0; bit < 8; ++bit)
      remainder = (remainder >> 1U) ^ ((remainder & 1U) != 0 ? 0xEDB88320U : 0U);
    tables[0][i] = remainder;
  }
  for (std::size_t zeros = 1; zeros < tables.size(); ++zeros)
    for (std::size_t i = 0; i < 256; ++i) {
      const std::uint32_t shorter = tables[zeros - 1][i];
      tables[zeros][i] = (shorter >> 8U) ^ tables[0][shorter & 0xFFU];
    }
  return tables;
}();

}  // namespace detail

/// Returns the CRC-32 of IEEE 802.3, zlib and DynamoDB's `x-amz-crc32`. It detects accidents, not attacks.
constexpr std::uint32_t crc32(std::string_view bytes) {
  constexpr auto& tables = detail::crc32_tables;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  std::uint32_t crc = 0xFFFFFFFFU;
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    crc = tables[7][(crc ^ byte(0)) & 0xFFU] ^ tables[6][(crc >> 8U ^ byte(1)) & 0xFFU] ^
          tables[5][(crc >> 16U ^ byte(2)) & 0xFFU] ^ tables[4][crc >> 24U ^ byte(3)] ^ tables[3][byte(4)] ^
          tables[2][byte(5)] ^ tables[1][byte(6)] ^ tables[0][byte(7)];
  }
  for (; !bytes.empty(); bytes.remove_prefix(1)) crc = (crc >> 8U) ^ tables[0][(crc ^ byte(0)) & 0xFFU];
  return crc ^ 0xFFFFFFFFU;
}

static_assert(crc32("123456789") == 0xCBF43926U, "the check value of CRC-32/ISO-HDLC");

}  // namespace serverless
