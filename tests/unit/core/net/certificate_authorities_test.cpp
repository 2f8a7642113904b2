#include "core/net/certificate_authorities.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "core/net/amazon_roots.h"

namespace serverless::net::testing {
namespace {

using Context = std::unique_ptr<SSL_CTX, decltype([](SSL_CTX* context) { SSL_CTX_free(context); })>;

int certificates_read(const Context& context) {
  return sk_X509_OBJECT_num(X509_STORE_get0_objects(SSL_CTX_get_cert_store(context.get())));
}

/// Returns why the authorities are not trusted, or an empty string.
std::string fault_of(CertificateAuthorities authorities) {
  const Context context(SSL_CTX_new(TLS_client_method()));
  authorities.install_in(context.get());
  authorities.read_ahead();
  return authorities.fault();
}

TEST(CertificateAuthorities, AreReadOnceOnDemand) {
  auto authorities = CertificateAuthorities::in_text(amazon_roots);
  const Context context(SSL_CTX_new(TLS_client_method()));
  authorities.install_in(context.get());
  EXPECT_EQ(certificates_read(context), 0);
  authorities.read_ahead();
  authorities.read_ahead();
  EXPECT_EQ(certificates_read(context), 1);
  EXPECT_EQ(authorities.fault(), "");
}

TEST(CertificateAuthorities, RequireAtLeastOneCertificate) {
  EXPECT_EQ(fault_of(CertificateAuthorities::in_text("")), "the certificate bundle contains no certificate");
  EXPECT_EQ(fault_of(CertificateAuthorities::in_text("no PEM")),
            "the certificate bundle contains no certificate");
  EXPECT_EQ(fault_of(CertificateAuthorities::in_file("/there/is/no/such/file.pem")),
            "/there/is/no/such/file.pem cannot be read");
}

TEST(CertificateAuthorities, AreRejectedWhenOneIsDamaged) {
  std::string damaged(amazon_roots);
  damaged[damaged.size() / 2] = '!';
  EXPECT_EQ(fault_of(CertificateAuthorities::in_text(damaged)), "a trusted certificate is damaged");
}

TEST(CertificateAuthorities, AreRejectedWhenTruncated) {
  const std::string one(amazon_roots.substr(0, amazon_roots.find("-----END")));
  for (const std::size_t lines_left : {1U, 2U, 3U}) {
    std::size_t end = 0;
    for (std::size_t line = 0; line <= lines_left; ++line) end = one.find('\n', end) + 1;
    const std::string cut = one.substr(0, end) + "-----END CERTIFICATE-----\n";
    EXPECT_EQ(fault_of(CertificateAuthorities::in_text(cut)), "a trusted certificate is damaged")
        << lines_left;
  }
}

}  // namespace
}  // namespace serverless::net::testing
