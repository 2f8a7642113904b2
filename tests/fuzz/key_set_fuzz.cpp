// Key sets of an issuer.

#include "core/auth/key_set.h"

#include "core/json/json.h"
#include "core/support/utf8.h"
#include "tests/fuzz/fuzz.h"

namespace serverless::fuzz {

void try_input(std::string_view input) {
  constexpr auto rs256 = auth::SignatureAlgorithm::rs256;
  constexpr auto es256 = auth::SignatureAlgorithm::es256;
  const auto parsed = auth::KeySet::parse(input, {rs256, es256});
  if (!parsed) return require(!parsed.error().empty(), "an error has a message");
  for (const std::string& reason : parsed->rejected)
    require(!reason.empty() && is_utf8(reason), "a rejected key has a reason");

  const auth::KeySet& set = parsed->keys;
  require(set.find(auth::SignatureAlgorithm::hs256, std::nullopt).empty(), "a public key is never a secret");
  const auto document = json::Document::parse(input);
  for (const json::Value& jwk : document->root()["keys"].elements()) {
    const auto id = jwk["kid"].string();
    for (const auto algorithm : {rs256, es256}) {
      for (const auto* key : set.find(algorithm, id ? std::optional(std::string(*id)) : std::nullopt)) {
        require(key->algorithm() == algorithm, "a key has one algorithm");
        for (const std::size_t size : {0U, 64U, 256U})
          require(!key->verifies("text", std::string(size, '\0')), "a signature of zeros is not valid");
      }
    }
  }
  for (const auto algorithm : {rs256, es256})
    if (const auto narrower = auth::KeySet::parse(input, {algorithm}))
      require(narrower->keys.find(algorithm == rs256 ? es256 : rs256, std::nullopt).empty(),
              "a set has only keys for the requested algorithms");
}

}  // namespace serverless::fuzz
