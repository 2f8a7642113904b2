#pragma once

#include <optional>
#include <string_view>

namespace serverless::net {

/// The parts of a URL that a request needs: views of its text.
struct Url {
  std::string_view server;  ///< the scheme and the authority
  std::string_view authority;
  std::string_view target;  ///< the path, if any, and the query
};

/// Returns nothing unless the text is a URL of any scheme with a host, and safe in a request: visible ASCII
/// without credentials and without a fragment.
std::optional<Url> parse_url(std::string_view text);

}  // namespace serverless::net
