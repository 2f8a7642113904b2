#pragma once

#include <memory>
#include <string>
#include <string_view>

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

  CertificateAuthorities(CertificateAuthorities&&) noexcept;
  CertificateAuthorities& operator=(CertificateAuthorities&&) noexcept;
  ~CertificateAuthorities();

  /// Makes the connections of a context, an SSL_CTX as libcurl passes it, trust these authorities. They must
  /// outlive the context and its store.
  void install_in(void* context);

  /// Parses what the first context will probably need: all names, and the first certificate. Call it while
  /// the server is busy with its part of the handshake.
  void read_ahead();

  /// Parses all names, unless that was done. Returns the reason why no authority is trusted: the file cannot
  /// be read, or a certificate is missing or damaged. Empty when there is no fault.
  const std::string& fault();

 private:
  struct State;
  explicit CertificateAuthorities(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace serverless::net
