#include "core/http/uri.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "core/support/ascii.h"
#include "core/support/parse_integer.h"

namespace serverless::http {
namespace {

/// Returns the byte that `%XX` at the start of `text` encodes; nothing when there is no such escape.
std::optional<char> encoded_byte(std::string_view text) {
  if (text.size() < 3 || text[0] != '%') return std::nullopt;
  const auto byte = parse_integer<unsigned char>(text.substr(1, 2), 16);
  return byte ? std::optional(static_cast<char>(*byte)) : std::nullopt;
}

bool is_path_character(char c) {
  constexpr std::string_view others = "-._~!$&'()*+,;=:@/";  // unreserved, sub-delims, and ":" "@" "/"
  return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
}

std::string form_decoded(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return percent_decoded(spaced);
}

}  // namespace

std::string encoded_path(std::string_view path) {
  while (path.starts_with("//")) path.remove_prefix(1);
  std::string encoded;
  encoded.reserve(path.size());
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (is_path_character(path[i]) || encoded_byte(path.substr(i))) {
      encoded.push_back(path[i]);
    } else {
      fmt::format_to(std::back_inserter(encoded), "%{:02X}", static_cast<unsigned char>(path[i]));
    }
  }
  return encoded;
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = encoded_byte(text.substr(i));
    decoded.push_back(byte.value_or(text[i]));
    if (byte) i += 2;
  }
  return decoded;
}

std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const auto name = pair.substr(0, pair.find('='));
    const auto value = name.size() < pair.size() ? pair.substr(name.size() + 1) : std::string_view();
    parameters.emplace_back(form_decoded(name), form_decoded(value));
  }
  return parameters;
}

}  // namespace serverless::http
