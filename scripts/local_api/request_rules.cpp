#include "request_rules.h"

#include <algorithm>
#include <array>
#include <boost/asio/ip/address_v6.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/support/ascii.h"

namespace serverless::local_api {
namespace {

/// Returns the values of all headers with this name.
std::vector<std::string_view> values(const HttpRequest& request, std::string_view name) {
  std::vector<std::string_view> found;
  for (const auto& [own_name, value] : request.headers)
    if (equal_ignoring_case(own_name, name)) found.emplace_back(value);
  return found;
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

/// RFC 3986, section 3.2.2. A host in brackets is an IPv6 address. Any other host may be empty.
bool is_host(std::string_view text) {
  if (text.starts_with('[')) {
    boost::system::error_code error;
    boost::asio::ip::make_address_v6(std::string(text.substr(1, text.size() - 2)), error);
    return text.ends_with(']') && text.find('%') == std::string_view::npos && !error;
  }
  constexpr std::string_view others = "-._~!$&'()*+,;=";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%' && i + 2 < text.size() && is_hexadecimal_digit(text[i + 1]) &&
        is_hexadecimal_digit(text[i + 2])) {
      i += 2;
    } else if (!is_letter_or_digit(c) && others.find(c) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

/// Returns whether the text is a host, with or without a port.
bool is_authority(std::string_view text) {
  const auto colon = std::min(text.size(), text.find(':', text.starts_with('[') ? text.find(']') : 0));
  const auto port = text.substr(std::min(text.size(), colon + 1));
  return is_host(text.substr(0, colon)) && (port.empty() || is_number(port));
}

/// A target in absolute form: its authority, and the path and query.
struct AbsoluteForm {
  std::string_view authority;
  std::string_view rest;
};

/// Returns nothing for a target in another form.
std::optional<AbsoluteForm> absolute_form(std::string_view target) {
  constexpr std::array<std::string_view, 2> prefixes = {"http://", "https://"};
  for (const auto prefix : prefixes) {
    if (!equal_ignoring_case(target.substr(0, prefix.size()), prefix)) continue;
    target.remove_prefix(prefix.size());
    const auto end = std::min(target.size(), target.find_first_of("/?"));
    return AbsoluteForm{.authority = target.substr(0, end), .rest = target.substr(end)};
  }
  return std::nullopt;
}

}  // namespace

bool has_folded_line(std::string_view head) {
  return head.find("\n ") != std::string_view::npos || head.find("\n\t") != std::string_view::npos;
}

bool has_valid_target(const HttpRequest& request) {
  const std::string_view target = request.target;
  if (target.find('#') != std::string_view::npos) return false;
  if (const auto absolute = absolute_form(target))
    return is_authority(absolute->authority) && !absolute->authority.empty() &&
           !absolute->authority.starts_with(':');
  return target.starts_with('/') || (target == "*" && request.method == "OPTIONS");
}

bool is_unambiguous(const HttpRequest& request, bool is_http_1_0) {
  const auto hosts = values(request, "Host");
  if (hosts.empty() && !is_http_1_0) return false;
  if (hosts.size() > 1 || (hosts.size() == 1 && !is_authority(hosts[0]))) return false;

  const auto lengths = values(request, "Content-Length");
  const auto codings = values(request, "Transfer-Encoding");
  if (lengths.size() + codings.size() > 1) return false;
  if (!codings.empty()) return !is_http_1_0 && equal_ignoring_case(codings[0], "chunked");
  return lengths.empty() || is_number(lengths[0]);
}

void convert_absolute_form(HttpRequest& request) {
  const auto absolute = absolute_form(request.target);
  if (!absolute) return;
  for (auto& [name, value] : request.headers)
    if (equal_ignoring_case(name, "Host")) value = absolute->authority;
  request.target = (absolute->rest.starts_with('/') ? "" : "/") + std::string(absolute->rest);
}

}  // namespace serverless::local_api
