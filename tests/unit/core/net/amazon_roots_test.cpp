#include "core/net/amazon_roots.h"

#include <gmock/gmock.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

namespace serverless::net::testing {
namespace {

using ::testing::ElementsAre;

template <typename T, void (*free)(T*)>
struct Free {
  void operator()(T* handle) const { free(handle); }
};

std::vector<std::string> common_names(std::string_view pem) {
  const std::unique_ptr<BIO, Free<BIO, BIO_free_all>> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::vector<std::string> names;
  while (true) {
    const std::unique_ptr<X509, Free<X509, X509_free>> certificate(
        PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (!certificate) return names;
    char name[100] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name, sizeof name);
    names.emplace_back(name);
  }
}

TEST(AmazonRoots, AreTheFiveRootsOfAmazonTrustServices) {
  EXPECT_THAT(common_names(amazon_roots),
              ElementsAre("Amazon Root CA 1", "Amazon Root CA 2", "Amazon Root CA 3", "Amazon Root CA 4",
                          "Starfield Services Root Certificate Authority - G2"));
}

}  // namespace
}  // namespace serverless::net::testing
