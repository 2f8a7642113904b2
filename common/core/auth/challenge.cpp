#include "core/auth/challenge.h"

#include <fmt/format.h>

namespace serverless::auth {

Problem unauthenticated(std::string_view realm, std::string_view error, std::string cause) {
  std::string challenge = fmt::format(R"(Bearer realm="{}")", realm);
  if (!error.empty()) challenge += fmt::format(R"(, error="{}")", error);
  return {.kind = Problem::Kind::unauthenticated,
          .detail = "The request must carry a valid bearer token.",
          .cause = std::move(cause),
          .headers = {{"WWW-Authenticate", std::move(challenge)}}};
}

Problem forbidden(std::string_view realm, std::string_view scope) {
  return {.kind = Problem::Kind::forbidden,
          .detail = fmt::format("The token must grant the scope {}.", scope),
          .headers = {
              {"WWW-Authenticate",
               fmt::format(R"(Bearer realm="{}", error="insufficient_scope", scope="{}")", realm, scope)}}};
}

}  // namespace serverless::auth
