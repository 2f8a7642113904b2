#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace users::net {

/// The certificate authorities that a client trusts. OpenSSL spends as much on reading one certificate as on
/// the rest of a handshake's checks, so that one is read only when a server's chain names it.
class CertificateAuthorities {
 public:
  /// Takes the certificates of a text in PEM; anything else in it is passed over. Throws
  /// std::invalid_argument when there is none, or one of them is damaged.
  static CertificateAuthorities in_text(std::string_view pem);
  /// The same of a file, which may also be unreadable.
  static CertificateAuthorities in_file(const std::string& path);

  /// Has the connections of this context trust these authorities, which must outlive it and its store.
  void vouch_in(SSL_CTX* context);

  /// Reads the authority that comes first, as the likeliest, for the context that was the first to trust
  /// them: to be called while its server is busy with its part of the handshake.
  void read_ahead();

 private:
  struct FreeName {
    void operator()(X509_NAME* name) const { X509_NAME_free(name); }
  };
  struct FreeStore {
    void operator()(X509_STORE* store) const { X509_STORE_free(store); }
  };
  struct Authority {
    std::unique_ptr<X509_NAME, FreeName> name;
    std::string der;

    void add_to(X509_STORE* store) const;
  };

  explicit CertificateAuthorities(BIO* pem);

  static int find_issuer(X509** issuer, X509_STORE_CTX* context, X509* certificate);

  std::vector<Authority> authorities_;
  std::unique_ptr<X509_STORE, FreeStore> first_store_;
  bool was_read_ahead_ = false;
};

}  // namespace users::net
