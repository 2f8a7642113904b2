#include "net/certificate_authorities.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "net/amazon_roots.h"

namespace users::net::testing {
namespace {

using Context = std::unique_ptr<SSL_CTX, decltype([](SSL_CTX* context) { SSL_CTX_free(context); })>;

int certificates_read(const Context& context) {
  return sk_X509_OBJECT_num(X509_STORE_get0_objects(SSL_CTX_get_cert_store(context.get())));
}

TEST(CertificateAuthorities, AreReadWhenTheyAreAskedFor) {
  auto authorities = CertificateAuthorities::in_text(amazon_roots);
  const Context context(SSL_CTX_new(TLS_client_method()));
  authorities.vouch_in(context.get());
  EXPECT_EQ(certificates_read(context), 0);
  authorities.read_ahead();
  authorities.read_ahead();
  EXPECT_EQ(certificates_read(context), 1);
}

TEST(CertificateAuthorities, AreOneAtLeast) {
  EXPECT_THROW((void)CertificateAuthorities::in_text(""), std::invalid_argument);
  EXPECT_THROW((void)CertificateAuthorities::in_text("no PEM"), std::invalid_argument);
  EXPECT_THROW((void)CertificateAuthorities::in_file("/there/is/no/such/file.pem"), std::invalid_argument);
}

TEST(CertificateAuthorities, AreRefusedWhereverOneIsDamaged) {
  std::string damaged(amazon_roots);
  damaged[damaged.size() / 2] = '!';
  EXPECT_THROW((void)CertificateAuthorities::in_text(damaged), std::invalid_argument);
}

TEST(CertificateAuthorities, ThatAreCutShortAreRefused) {
  const std::string one(amazon_roots.substr(0, amazon_roots.find("-----END")));
  for (const std::size_t lines_left : {1U, 2U, 3U}) {
    std::size_t end = 0;
    for (std::size_t line = 0; line <= lines_left; ++line) end = one.find('\n', end) + 1;
    EXPECT_THROW((void)CertificateAuthorities::in_text(one.substr(0, end) + "-----END CERTIFICATE-----\n"),
                 std::invalid_argument)
        << lines_left;
  }
}

}  // namespace
}  // namespace users::net::testing
