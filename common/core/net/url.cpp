#include "core/net/url.h"

#include <algorithm>

#include "core/http/headers.h"
#include "core/support/ascii.h"

namespace serverless::net {
namespace {

/// https://www.rfc-editor.org/rfc/rfc3986#section-3.1
bool is_scheme(std::string_view text) {
  const auto is_allowed = [](char c) { return is_letter_or_digit(c) || c == '+' || c == '-' || c == '.'; };
  return !text.empty() && is_letter_or_digit(text.front()) && !is_digit(text.front()) &&
         std::ranges::all_of(text, is_allowed);
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  const auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos || !is_scheme(text.substr(0, scheme_end))) return std::nullopt;
  const auto begin = scheme_end + 3;
  const auto server = text.substr(0, text.find_first_of("/?", begin));
  const auto authority = server.substr(begin);
  const bool has_host = !authority.empty() && !authority.starts_with(':');
  const bool has_credentials = authority.find('@') != std::string_view::npos;
  const bool has_fragment = text.find('#') != std::string_view::npos;
  if (!has_host || has_credentials || has_fragment || !http::is_visible_ascii(text)) return std::nullopt;
  return Url{.server = server, .authority = authority, .target = text.substr(server.size())};
}

}  // namespace serverless::net
