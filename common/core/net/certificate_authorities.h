#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace serverless::net {

/// The certificate authorities that a client trusts. They are parsed when a handshake needs them, and only
/// those that the server's chain names: for OpenSSL, parsing one certificate costs as much as all other
/// checks of a handshake.
class CertificateAuthorities {
 public:
  /// Reads the certificates of a PEM text, which must outlive this. Other content is ignored.
  static CertificateAuthorities in_text(std::string_view pem);
  /// Reads the certificates of a PEM file.
  static CertificateAuthorities in_file(std::string path);

  /// Makes the connections of this context trust these authorities. They must outlive the context and its
  /// store, and must not move.
  void install_in(SSL_CTX* context);

  /// Parses what the first context will probably need: all names, and the first certificate. Call it while
  /// the server is busy with its part of the handshake.
  void read_ahead();

  /// Parses all names, unless that was done. Returns the reason why no authority is trusted: the file cannot
  /// be read, or a certificate is missing or damaged. Empty when there is no fault.
  const std::string& fault();

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

  /// A callback of OpenSSL. An exception, which must not pass through OpenSSL, counts as "no issuer".
  static int find_issuer(X509** issuer, X509_STORE_CTX* context, X509* certificate) noexcept;

  std::string path_;  // empty when the text is given
  std::string_view text_;
  std::vector<Authority> authorities_;
  std::string fault_;
  std::unique_ptr<X509_STORE, FreeStore> first_store_;
  bool was_read_ahead_ = false;
};

}  // namespace serverless::net
