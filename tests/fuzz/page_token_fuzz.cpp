// nextToken: as it comes from a client, and with a checksum that holds, as who has read the source can make
// it.

#include "users/page_token.h"

#include <string>

#include "http/listing.h"
#include "support/base64.h"
#include "support/crc32.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/reply.h"
#include "tests/support/requests.h"

namespace users::fuzz {
namespace {

std::string sealed(std::string_view content) {
  std::string bytes(content);
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<char>(crc32(content) >> static_cast<unsigned>(shift) & 0xFFU));
  return base64url_encode(bytes);
}

void check(const std::string& token) {
  const auto after = from_page_token(token);
  if (after) require(to_page_token(*after) == token, "a position has one token");
  const auto all = http::listing(testing::a_get().query("nextToken", token));
  require(all.has_value() == after.has_value(), "a listing takes the tokens that hold");

  for (const char* prefix : {"a", "ada"}) {
    const auto position = from_name_page_token(prefix, token);
    if (position) {
      require(to_name_page_token(prefix, *position) == token, "a position in a name's listing has one token");
      require(position->folded_name.starts_with(prefix), "a position is within its listing");
      require(!after, "a token is of one listing");
    }
    const auto named = http::listing(testing::a_get().query("namePrefix", prefix).query("nextToken", token));
    require(named.has_value() == position.has_value(), "a listing by name takes the tokens that hold");
  }
  require(!from_name_page_token("a", token) || !from_name_page_token("ada", token),
          "a token is of one prefix");
}

}  // namespace

void try_input(std::string_view input) {
  check(std::string(input));
  check(sealed(input));
}

}  // namespace users::fuzz
