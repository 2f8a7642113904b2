// nextToken, as a client sends it and with a valid checksum.

#include "users/page_position.h"

#include <string>

#include "core/support/base64.h"
#include "core/support/crc32.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/response.h"
#include "tests/support/requests.h"
#include "users/listing_request.h"

namespace serverless::fuzz {
namespace {

using users::id_from_page_token;
using users::name_position_from_page_token;
using users::to_page_token;

/// Returns a token with this content and a valid checksum.
std::string token_of(std::string_view content) {
  std::string bytes(content);
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<char>(crc32(content) >> static_cast<unsigned>(shift) & 0xFFU));
  return base64url_encode(bytes);
}

void check(const std::string& token) {
  const auto after = id_from_page_token(token);
  if (after) require(to_page_token(*after) == token, "a position has one token");
  const auto all = users::listing_request(testing::a_get().query("nextToken", token));
  require(all.has_value() == after.has_value(), "a listing accepts the valid tokens");

  for (const char* prefix : {"a", "ada"}) {
    const auto position = name_position_from_page_token(prefix, token);
    if (position) {
      require(to_page_token(prefix, *position) == token, "a position in a listing by name has one token");
      require(position->folded_name.starts_with(prefix), "a position is within its listing");
      require(!after, "a token is valid for one listing");
    }
    const auto named =
        users::listing_request(testing::a_get().query("namePrefix", prefix).query("nextToken", token));
    require(named.has_value() == position.has_value(), "a listing by name accepts the valid tokens");
  }
  require(!name_position_from_page_token("a", token) || !name_position_from_page_token("ada", token),
          "a token is valid for one prefix");
}

}  // namespace

void try_input(std::string_view input) {
  check(std::string(input));
  check(token_of(input));
}

}  // namespace serverless::fuzz
