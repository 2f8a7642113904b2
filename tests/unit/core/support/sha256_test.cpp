#include "core/support/sha256.h"

#include <gtest/gtest.h>

#include <optional>

namespace serverless::testing {
namespace {

TEST(Sha256, MatchesTheExamplesOfFips180) {
  // The examples of https://csrc.nist.gov/projects/cryptographic-standards-and-guidelines/example-values
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, HashesEachTextIndependently) {
  const std::string long_text(1000, 'x');
  const std::string first = to_hex(sha256(long_text));
  sha256("abc");
  EXPECT_EQ(to_hex(sha256(long_text)), first);
}

TEST(HmacSha256, MatchesTheExamplesOfRfc4231) {
  const Sha256Digest digest = HmacSha256("Jefe").of("what do ya want for nothing?");  // section 4.3
  EXPECT_EQ(to_hex(digest), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(bytes_of(digest).substr(0, 2), "\x5b\xdc");
  // Section 4.7: a key longer than a block.
  EXPECT_EQ(
      to_hex(
          HmacSha256(std::string(131, '\xaa')).of("Test Using Larger Than Block-Size Key - Hash Key First")),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(HmacSha256, KeepsItsKeyForAnyNumberOfMessages) {
  std::optional<HmacSha256> original("Jefe");
  const HmacSha256 key = *original;
  original.reset();
  const std::string of_another = to_hex(HmacSha256("Jefe").of("another message"));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(to_hex(key.of("what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(to_hex(key.of("another message")), of_another);
  }
}

TEST(HmacSha256, DerivesAKeyFromADigest) {
  const HmacSha256 key("Jefe");
  const Sha256Digest bytes = key.of("a message");
  EXPECT_EQ(key.derived("a message").of("another"), HmacSha256(bytes_of(bytes)).of("another"));
}

}  // namespace
}  // namespace serverless::testing
