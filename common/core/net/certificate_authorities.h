#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace serverless::net {

/// The certificate authorities that a client trusts. They are parsed when a handshake needs them, and only
/// those that the server's chain names: parsing one certificate takes OpenSSL as long as all other checks of
/// a handshake.
class CertificateAuthorities {
 public:
  /// Returns the authorities in a PEM text, which must outlive them. Content other than certificates is
  /// ignored.
  static CertificateAuthorities in_text(std::string_view pem);
  /// Returns the authorities in a PEM file, which is read when they are first needed.
  static CertificateAuthorities in_file(std::string path);

  CertificateAuthorities(CertificateAuthorities&&) noexcept;
  CertificateAuthorities& operator=(CertificateAuthorities&&) noexcept;
  ~CertificateAuthorities();

  /// Makes the connections of `context` (an SSL_CTX, in the type that libcurl passes) trust these
  /// authorities, which must outlive the context and its store.
  void install_in(void* context);

  /// Parses what the first context will probably need: the names of all authorities, and the first
  /// certificate. Call it while waiting for the server during the handshake.
  void read_ahead();

  /// Parses the names of all authorities, unless that was done before. Returns the reason why no authority is
  /// trusted: the file cannot be read, contains no certificate, or contains a damaged one. Empty when there
  /// is no fault.
  const std::string& fault();

 private:
  struct State;
  explicit CertificateAuthorities(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace serverless::net
