#include "users/email_address.h"

#include <gtest/gtest.h>

#include "tests/support/text.h"

namespace users::testing {
namespace {

using serverless::testing::times;
using serverless::testing::utf8;

using namespace std::string_view_literals;

const std::string label_of_63(63, 'd');
const std::string label_of_64(64, 'd');
const std::string local_part_of_64(64, 'l');
const std::string local_part_of_65(65, 'l');

/// Returns an address of `octets` octets, of which the local part has 64.
std::string address_of(std::size_t octets) {
  const std::string start = local_part_of_64 + "@" + times(2, label_of_63 + ".");
  return start + std::string(octets - start.size() - 3, 'd') + ".de";
}

TEST(EmailAddress, AcceptsValidAddresses) {
  for (const std::string& address : {
           std::string("ada@example.com"),
           std::string("Ada.Lovelace@Example.COM"),
           std::string("a@b.c"),
           std::string("1@2.3"),
           std::string("ada+tag@example.com"),
           std::string("o'hara@example.com"),
           std::string("a.b.c.d@a.b.c.d"),
           std::string("_@example.com"),
           std::string("-@example.com"),
           std::string("--a--@example.com"),
           std::string("!#$%&'*+-/=?^_`{|}~@example.com"),
           std::string("user%example.com@example.org"),
           std::string("0123456789@example.com"),
           std::string("ada@xn--bcher-kva.example"),
           std::string("ada@ex--ample.com"),
           std::string("ada@ex-am-ple.com"),
           std::string("ada@1example.com"),
           std::string("ada@123.456"),
           std::string("ada@example.co.uk"),
           std::string("ada@example.museum"),
           local_part_of_64 + "@example.com",
           "ada@" + label_of_63 + ".com",
           "ada@example." + label_of_63,
           address_of(253),
           address_of(254),
       }) {
    EXPECT_TRUE(is_email_address(address)) << address;
  }
}

TEST(EmailAddress, RejectsInvalidAddresses) {
  for (const std::string& address : {
           std::string(""),
           std::string("ada"),
           std::string("@"),
           std::string("ada@"),
           std::string("@example.com"),
           std::string("example.com"),
           std::string("ada@@example.com"),
           std::string("ada@king@example.com"),
           // the local part
           std::string(".ada@example.com"),
           std::string("ada.@example.com"),
           std::string("ada..king@example.com"),
           std::string("ada king@example.com"),
           std::string("ada,king@example.com"),
           std::string("ada:king@example.com"),
           std::string("ada;king@example.com"),
           std::string("ada<king@example.com"),
           std::string("ada[king]@example.com"),
           std::string("ada\\king@example.com"),
           std::string("ada(countess)@example.com"),
           std::string("(countess)ada@example.com"),
           std::string("\"ada\"@example.com"),
           std::string("\"ada king\"@example.com"),
           std::string("ada\"king@example.com"),
           local_part_of_65 + "@example.com",
           // the domain
           std::string("ada@example"),
           std::string("ada@localhost"),
           std::string("ada@example.com."),
           std::string("ada@.example.com"),
           std::string("ada@example..com"),
           std::string("ada@."),
           std::string("ada@-example.com"),
           std::string("ada@example-.com"),
           std::string("ada@example.-com"),
           std::string("ada@example.com-"),
           std::string("ada@exam_ple.com"),
           std::string("ada@exam ple.com"),
           std::string("ada@example.com(comment)"),
           std::string("ada@[127.0.0.1]"),
           std::string("ada@[IPv6:::1]"),
           std::string("ada@example.com:25"),
           std::string("ada@example.com/x"),
           std::string("ada@exam+ple.com"),
           "ada@" + label_of_64 + ".com",
           "ada@example." + label_of_64,
           address_of(255),
           address_of(64 + 1 + 300),
           // around the address
           std::string(" ada@example.com"),
           std::string("ada@example.com "),
           std::string("\tada@example.com"),
           std::string("ada@example.com\n"),
           std::string("ada@example.com\r\n"),
           std::string("<ada@example.com>"),
           std::string("Ada <ada@example.com>"),
           std::string("mailto:ada@example.com"),
           std::string("ada@example.com,king@example.com"),
           // beyond ASCII
           std::string("josé@example.com"),
           std::string("ada@bücher.example"),
           std::string("ada＠example.com"),
           std::string("ada@example。com"),
           utf8(0xFEFF) + "ada@example.com",
           std::string("ada\0@example.com"sv),
           std::string("ada@example.com\0"sv),
           std::string("ada\x7F@example.com"),
       }) {
    EXPECT_FALSE(is_email_address(address)) << address;
  }
}

TEST(FoldedEmail, ConvertsOnlyAsciiLettersToLowerCase) {
  EXPECT_EQ(folded_email("ABCXYZ.o'Hara+{Tag}_`@Example.COM"), "abcxyz.o'hara+{tag}_`@example.com");
  EXPECT_EQ(folded_email("ada@[]^example.com"), "ada@[]^example.com");
}

}  // namespace
}  // namespace users::testing
