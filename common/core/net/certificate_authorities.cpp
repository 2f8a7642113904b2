#include "core/net/certificate_authorities.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <array>
#include <stdexcept>
#include <utility>
#include <vector>

#include "core/support/bytes.h"
#include "core/support/owned.h"

namespace serverless::net {
namespace {

void free_memory(void* memory) {
  OPENSSL_free(memory);  // a macro
}

using Bio = Owned<BIO, BIO_free>;
using Certificate = Owned<X509, X509_free>;
using Name = Owned<X509_NAME, X509_NAME_free>;
template <typename T>
using Allocated = Owned<T, free_memory>;

[[noreturn]] void throw_damaged() {
  throw std::invalid_argument("a trusted certificate is damaged");
}

/// One element of an ASN.1 structure (X.690), and its bounds in memory.
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
  if ((result & 0x80) != 0) throw_damaged();
  element.end = element.contents + length;
  return element;
}

/// Returns the subject of a certificate, without decoding the rest (RFC 5280, section 4.1).
Name subject_of(std::string_view der) {
  const unsigned char* begin = pointer_to(der);
  const Element certificate = element_at(begin, begin + der.size());
  const Element to_be_signed = element_at(certificate.contents, certificate.end);
  Element element = element_at(to_be_signed.contents, to_be_signed.end);
  const auto next = [&] { element = element_at(element.end, to_be_signed.end); };
  const bool has_version = element.tag_class == V_ASN1_CONTEXT_SPECIFIC;
  if (has_version) next();
  // Skip the serial number, the signature's algorithm, the issuer and the validity.
  for (int i = 0; i < 4; ++i) next();
  const unsigned char* position = element.begin;
  Name name(d2i_X509_NAME(nullptr, &position, element.end - element.begin));
  if (!name) throw_damaged();
  return name;
}

int index_in_stores() {
  static const int index = X509_STORE_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

struct Authority {
  Name name;
  std::string der;

  void add_to(X509_STORE* store) const {
    const unsigned char* position = pointer_to(der);
    const Certificate certificate(d2i_X509(nullptr, &position, static_cast<long>(der.size())));
    // A damaged certificate is never trusted.
    if (certificate) X509_STORE_add_cert(store, certificate.get());
  }
};

}  // namespace

struct CertificateAuthorities::State {
  std::string path = {};  // empty when the text is given
  std::string_view text = {};
  std::vector<Authority> parsed = {};
  std::string fault = {};
  Owned<X509_STORE, X509_STORE_free> first_store = {};
  bool was_read_ahead = false;

  const std::vector<Authority>& authorities() {
    if (parsed.empty() && fault.empty()) {
      try {
        read();
      } catch (const std::invalid_argument& error) {
        parsed.clear();
        fault = error.what();
      }
    }
    return parsed;
  }

  void read() {
    const Bio pem(path.empty() ? BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))
                               : BIO_new_file(path.c_str(), "r"));
    if (!pem) throw std::invalid_argument(path + " cannot be read");
    for (;;) {
      char* label = nullptr;
      char* header = nullptr;
      unsigned char* data = nullptr;
      long length = 0;
      if (PEM_read_bio(pem.get(), &label, &header, &data, &length) != 1) {
        const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
        ERR_clear_error();
        if (!at_end) throw_damaged();
        break;
      }
      const Allocated<char> own_label(label);
      const Allocated<char> own_header(header);
      const Allocated<unsigned char> own_data(data);
      const std::string_view kind = label;
      if (kind != PEM_STRING_X509 && kind != PEM_STRING_X509_OLD) continue;
      std::string der(reinterpret_cast<const char*>(data), static_cast<std::size_t>(length));
      Name name = subject_of(der);
      parsed.push_back({.name = std::move(name), .der = std::move(der)});
    }
    if (parsed.empty()) throw std::invalid_argument("the certificate bundle contains no certificate");
  }

  /// A callback of OpenSSL. An exception, which must not pass through OpenSSL, counts as "no issuer".
  static int find_issuer(X509** issuer, X509_STORE_CTX* context, X509* certificate) noexcept try {
    if (const int found = X509_STORE_CTX_get1_issuer(issuer, context, certificate); found != 0) return found;
    X509_STORE* store = X509_STORE_CTX_get0_store(context);
    auto* state = static_cast<State*>(X509_STORE_get_ex_data(store, index_in_stores()));
    // A bundle may also contain the server's own certificate.
    for (const X509_NAME* name : {X509_get_issuer_name(certificate), X509_get_subject_name(certificate)})
      for (const Authority& authority : state->authorities())
        if (X509_NAME_cmp(authority.name.get(), name) == 0) authority.add_to(store);
    return X509_STORE_CTX_get1_issuer(issuer, context, certificate);
  } catch (...) {
    return 0;
  }
};

CertificateAuthorities::CertificateAuthorities(std::unique_ptr<State> state) : state_(std::move(state)) {}
CertificateAuthorities::CertificateAuthorities(CertificateAuthorities&&) noexcept = default;
CertificateAuthorities& CertificateAuthorities::operator=(CertificateAuthorities&&) noexcept = default;
CertificateAuthorities::~CertificateAuthorities() = default;

CertificateAuthorities CertificateAuthorities::in_text(std::string_view pem) {
  return CertificateAuthorities(std::make_unique<State>(State{.text = pem}));
}

CertificateAuthorities CertificateAuthorities::in_file(std::string path) {
  return CertificateAuthorities(std::make_unique<State>(State{.path = std::move(path)}));
}

const std::string& CertificateAuthorities::fault() {
  state_->authorities();
  return state_->fault;
}

void CertificateAuthorities::install_in(void* context) {
  X509_STORE* store = SSL_CTX_get_cert_store(static_cast<SSL_CTX*>(context));
  X509_STORE_set_ex_data(store, index_in_stores(), state_.get());
  X509_STORE_set_get_issuer(store, State::find_issuer);
  if (state_->was_read_ahead) return;
  X509_STORE_up_ref(store);
  state_->first_store.reset(store);
}

void CertificateAuthorities::read_ahead() {
  if (!state_->first_store) return;
  const auto& authorities = state_->authorities();
  if (!authorities.empty()) authorities.front().add_to(state_->first_store.get());
  state_->first_store.reset();
  state_->was_read_ahead = true;
}

}  // namespace serverless::net
