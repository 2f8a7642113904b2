#include "core/net/certificate_authorities.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <array>
#include <new>
#include <stdexcept>

namespace serverless::net {
namespace {

using Bio = std::unique_ptr<BIO, decltype([](BIO* bio) { BIO_free(bio); })>;
using Certificate = std::unique_ptr<X509, decltype([](X509* certificate) { X509_free(certificate); })>;
template <typename T>
using Allocated = std::unique_ptr<T, decltype([](T* memory) { OPENSSL_free(memory); })>;

[[noreturn]] void refuse() {
  throw std::invalid_argument("a trusted certificate is damaged");
}

/// One element of an ASN.1 structure (X.690), and its limits in memory.
struct Element {
  int tag;
  int tag_class;
  const unsigned char* begin;
  const unsigned char* contents;
  const unsigned char* end;
};

Element element_at(const unsigned char* begin, const unsigned char* end) {
  Element element{.tag = 0, .tag_class = 0, .begin = begin, .contents = begin, .end = nullptr};
  long length = 0;
  const int result =
      ASN1_get_object(&element.contents, &length, &element.tag, &element.tag_class, end - begin);
  if ((result & 0x80) != 0) refuse();
  element.end = element.contents + length;
  return element;
}

/// Returns the subject of a certificate, without decoding the rest (RFC 5280, section 4.1).
X509_NAME* subject_of(std::string_view der) {
  const auto* begin = reinterpret_cast<const unsigned char*>(der.data());
  const Element certificate = element_at(begin, begin + der.size());
  const Element to_be_signed = element_at(certificate.contents, certificate.end);
  Element element = element_at(to_be_signed.contents, to_be_signed.end);
  const auto next = [&] { element = element_at(element.end, to_be_signed.end); };
  const bool has_version = element.tag_class == V_ASN1_CONTEXT_SPECIFIC;
  if (has_version) next();
  // Skip the serial number, the signature's algorithm, the issuer and the validity.
  for (int i = 0; i < 4; ++i) next();
  const unsigned char* position = element.begin;
  X509_NAME* name = d2i_X509_NAME(nullptr, &position, element.end - element.begin);
  if (name == nullptr) refuse();
  return name;
}

int index_in_stores() {
  static const int index = X509_STORE_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

}  // namespace

CertificateAuthorities CertificateAuthorities::in_text(std::string_view pem) {
  CertificateAuthorities authorities;
  authorities.text_ = pem;
  return authorities;
}

CertificateAuthorities CertificateAuthorities::in_file(std::string path) {
  CertificateAuthorities authorities;
  authorities.path_ = std::move(path);
  return authorities;
}

const std::vector<CertificateAuthorities::Authority>& CertificateAuthorities::authorities() {
  if (authorities_.empty() && fault_.empty()) {
    try {
      read();
    } catch (const std::invalid_argument& error) {
      authorities_.clear();
      fault_ = error.what();
    }
  }
  return authorities_;
}

const std::string& CertificateAuthorities::fault() {
  authorities();
  return fault_;
}

void CertificateAuthorities::read() {
  const Bio pem(path_.empty() ? BIO_new_mem_buf(text_.data(), static_cast<int>(text_.size()))
                              : BIO_new_file(path_.c_str(), "r"));
  if (!pem) throw std::invalid_argument(path_ + " cannot be read");
  for (;;) {
    char* label = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long length = 0;
    if (PEM_read_bio(pem.get(), &label, &header, &data, &length) != 1) {
      const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
      ERR_clear_error();
      if (!at_end) refuse();
      break;
    }
    const Allocated<char> own_label(label);
    const Allocated<char> own_header(header);
    const Allocated<unsigned char> own_data(data);
    const std::string_view kind = label;
    if (kind != PEM_STRING_X509 && kind != PEM_STRING_X509_OLD) continue;
    std::string der(reinterpret_cast<const char*>(data), static_cast<std::size_t>(length));
    std::unique_ptr<X509_NAME, FreeName> name(subject_of(der));
    authorities_.push_back({.name = std::move(name), .der = std::move(der)});
  }
  if (authorities_.empty()) throw std::invalid_argument("the certificate bundle contains no certificate");
}

void CertificateAuthorities::Authority::add_to(X509_STORE* store) const {
  const auto* position = reinterpret_cast<const unsigned char*>(der.data());
  const Certificate certificate(d2i_X509(nullptr, &position, static_cast<long>(der.size())));
  // A damaged certificate is never trusted.
  if (certificate) X509_STORE_add_cert(store, certificate.get());
}

void CertificateAuthorities::install_in(SSL_CTX* context) {
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  X509_STORE_set_ex_data(store, index_in_stores(), this);
  X509_STORE_set_get_issuer(store, find_issuer);
  if (was_read_ahead_) return;
  X509_STORE_up_ref(store);
  first_store_.reset(store);
}

void CertificateAuthorities::read_ahead() {
  if (!first_store_) return;
  if (!authorities().empty()) authorities().front().add_to(first_store_.get());
  first_store_.reset();
  was_read_ahead_ = true;
}

int CertificateAuthorities::find_issuer(X509** issuer, X509_STORE_CTX* context, X509* certificate) noexcept
    try {
  if (const int found = X509_STORE_CTX_get1_issuer(issuer, context, certificate); found != 0) return found;
  X509_STORE* store = X509_STORE_CTX_get0_store(context);
  auto* self = static_cast<CertificateAuthorities*>(X509_STORE_get_ex_data(store, index_in_stores()));
  // A bundle may also contain the server's own certificate.
  for (const X509_NAME* name : {X509_get_issuer_name(certificate), X509_get_subject_name(certificate)})
    for (const Authority& authority : self->authorities())
      if (X509_NAME_cmp(authority.name.get(), name) == 0) authority.add_to(store);
  return X509_STORE_CTX_get1_issuer(issuer, context, certificate);
} catch (...) {
  return 0;
}

}  // namespace serverless::net
