// What an issuer publishes as its keys.

#include "auth/key_set.h"

#include "json/json.h"
#include "support/utf8.h"
#include "tests/fuzz/fuzz.h"

namespace users::fuzz {

void try_input(std::string_view input) {
  constexpr auto rs256 = SignatureAlgorithm::rs256;
  constexpr auto es256 = SignatureAlgorithm::es256;
  std::vector<std::string> refused;
  const auto set = auth::KeySet::parse(input, {rs256, es256}, refused);
  for (const std::string& why : refused) require(!why.empty() && is_utf8(why), "a refused key says why");
  if (!set) return require(!set.error().empty(), "a refusal says why");

  require(set->find(SignatureAlgorithm::hs256, std::nullopt).empty(), "a public key is never a secret");
  const auto document = json::Document::parse(input);
  for (const json::Value& jwk : document->root()["keys"].elements()) {
    const auto id = jwk["kid"].string();
    for (const auto algorithm : {rs256, es256}) {
      for (const auto* key : set->find(algorithm, id ? std::optional(std::string(*id)) : std::nullopt)) {
        require(key->algorithm() == algorithm, "a key is for one algorithm");
        for (const std::size_t size : {0U, 64U, 256U})
          require(!key->verifies("text", std::string(size, '\0')), "a signature of zeros is none");
      }
    }
  }
  std::vector<std::string> refused_too;
  for (const auto algorithm : {rs256, es256})
    if (const auto narrower = auth::KeySet::parse(input, {algorithm}, refused_too))
      require(narrower->find(algorithm == rs256 ? es256 : rs256, std::nullopt).empty(),
              "no key is for an algorithm that was not asked for");
}

}  // namespace users::fuzz
