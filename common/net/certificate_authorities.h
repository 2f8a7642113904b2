#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace users::net {

/// The certificate authorities that a client trusts. Nothing is read before a handshake needs it, and of the
/// certificates only those that a server's chain names: OpenSSL spends as much on one as on the rest of a
/// handshake's checks.
class CertificateAuthorities {
 public:
  /// The certificates of a text in PEM, which must outlive this; anything else in it is passed over.
  static CertificateAuthorities in_text(std::string_view pem);
  /// The same of a file.
  static CertificateAuthorities in_file(std::string path);

  /// Has the connections of this context trust these authorities, which must outlive it and its store, and
  /// stay where they are.
  void vouch_in(SSL_CTX* context);

  /// Reads what a handshake is going to ask for, for the context that was the first to trust these: all
  /// names, and the certificate that comes first, as the likeliest. To be called while the server is busy
  /// with its part of the handshake.
  void read_ahead();

  /// Why nobody is trusted: the file can't be read, there is no certificate in it, or one is damaged. Empty
  /// when all is well, or nothing was read yet.
  const std::string& fault() const { return fault_; }

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

  const std::vector<Authority>& authorities();
  void read();

  static int find_issuer(X509** issuer, X509_STORE_CTX* context, X509* certificate);

  std::string path_;       // of a file,
  std::string_view text_;  // or the text itself
  std::vector<Authority> authorities_;
  std::string fault_;
  std::unique_ptr<X509_STORE, FreeStore> first_store_;
  bool was_read_ahead_ = false;
};

}  // namespace users::net
