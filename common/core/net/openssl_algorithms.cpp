#include "core/net/openssl_algorithms.h"

#ifdef SERVERLESS_STATIC

#include <openssl/core_dispatch.h>
#include <openssl/provider.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <vector>

/// OpenSSL's default provider. No header declares it, as a shared OpenSSL does not export it.
extern "C" OSSL_provider_init_fn ossl_default_provider_init;

namespace serverless::net {
namespace {

struct Kind {
  int operation;
  std::array<std::string_view, 6> needed;  // empty texts fill the rest
  std::string_view property = {};          // selects one of several forms
};

/// The needed algorithms, each by the first of its names in OpenSSL
/// (providers/implementations/include/prov/names.h).
constexpr Kind kinds[] = {
    {OSSL_OP_DIGEST, {"SHA1", "SHA2-256", "SHA2-384", "SHA2-512"}},
    {OSSL_OP_CIPHER,
     {"AES-128-GCM", "AES-256-GCM", "AES-128-CBC", "AES-256-CBC", "AES-256-CTR", "AES-256-ECB"}},
    {OSSL_OP_MAC, {"HMAC"}},
    {OSSL_OP_KDF, {"HKDF", "TLS13-KDF", "TLS1-PRF"}},
    {OSSL_OP_RAND, {"CTR-DRBG"}},
    {OSSL_OP_KEYMGMT, {"RSA", "RSA-PSS", "EC", "X25519", "HMAC"}},
    {OSSL_OP_KEYEXCH, {"ECDH", "X25519"}},
    {OSSL_OP_SIGNATURE, {"RSA", "ECDSA", "HMAC"}},
    {OSSL_OP_DECODER, {"RSA", "RSA-PSS", "EC"}, "structure=SubjectPublicKeyInfo"},
};

bool is_needed(const Kind& kind, const OSSL_ALGORITHM& algorithm) {
  const std::string_view names = algorithm.algorithm_names;
  const std::string_view properties = algorithm.property_definition;
  return std::ranges::count(kind.needed, names.substr(0, names.find(':'))) > 0 &&
         properties.find(kind.property) != std::string_view::npos;
}

OSSL_FUNC_provider_query_operation_fn* query_default_provider = nullptr;

/// Returns the needed algorithms of a kind.
const OSSL_ALGORITHM* query(void* context, int operation, int* no_cache) {
  // Never destroyed, as OpenSSL refers to it until the very end of the process.
  static auto& offered = *new std::array<std::vector<OSSL_ALGORITHM>, OSSL_OP__HIGHEST + 1>;
  const auto* kind = std::ranges::find(kinds, operation, &Kind::operation);
  if (kind == std::end(kinds)) return nullptr;
  auto& algorithms = offered[static_cast<std::size_t>(operation)];
  if (!algorithms.empty()) return algorithms.data();
  const OSSL_ALGORITHM* algorithm = query_default_provider(context, operation, no_cache);
  for (; algorithm->algorithm_names != nullptr; ++algorithm)
    if (is_needed(*kind, *algorithm)) algorithms.push_back(*algorithm);
  algorithms.push_back({});
  return algorithms.data();
}

int start(const OSSL_CORE_HANDLE* handle, const OSSL_DISPATCH* core, const OSSL_DISPATCH** functions,
          void** context) {
  static auto& dispatch = *new std::vector<OSSL_DISPATCH>;  // never destroyed either
  if (ossl_default_provider_init(handle, core, functions, context) != 1) return 0;
  for (const OSSL_DISPATCH* function = *functions; function->function_id != 0; ++function) {
    dispatch.push_back(*function);
    if (function->function_id != OSSL_FUNC_PROVIDER_QUERY_OPERATION) continue;
    query_default_provider = OSSL_FUNC_provider_query_operation(function);
    dispatch.back().function = reinterpret_cast<void (*)()>(query);
  }
  dispatch.push_back({});
  *functions = dispatch.data();
  return 1;
}

}  // namespace

void offer_needed_algorithms() {
  constexpr const char* name = "limited";
  if (OSSL_PROVIDER_add_builtin(nullptr, name, start) != 1 || OSSL_PROVIDER_load(nullptr, name) == nullptr)
    throw std::runtime_error("OpenSSL could not be initialized");
}

}  // namespace serverless::net

#else

namespace serverless::net {
void offer_needed_algorithms() {}
}  // namespace serverless::net

#endif
