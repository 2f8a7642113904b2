#include "request_rules.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/http/headers.h"

namespace serverless::local_api {
namespace {

/// Returns the values of all headers with this name.
std::vector<std::string_view> values(const HttpRequest& request, std::string_view name) {
  std::vector<std::string_view> found;
  for (const auto& [own_name, value] : request.headers)
    if (http::same_name(own_name, name)) found.emplace_back(value);
  return found;
}

bool is_number(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

bool has_folded_line(std::string_view head) {
  return head.find("\n ") != std::string_view::npos || head.find("\n\t") != std::string_view::npos;
}

bool is_unambiguous(const HttpRequest& request, bool is_http_1_0) {
  const auto hosts = values(request, "Host").size();
  if (hosts > 1 || (hosts == 0 && !is_http_1_0)) return false;

  const auto lengths = values(request, "Content-Length");
  const auto codings = values(request, "Transfer-Encoding");
  if (lengths.size() + codings.size() > 1) return false;
  if (!codings.empty()) return !is_http_1_0 && http::same_name(codings[0], "chunked");  // ignores case, too
  return lengths.empty() || is_number(lengths[0]);
}

void convert_absolute_form(HttpRequest& request) {
  constexpr std::array<std::string_view, 2> prefixes = {"http://", "https://"};
  const std::string_view target = request.target;
  for (const auto prefix : prefixes) {
    if (!http::same_name(target.substr(0, prefix.size()), prefix)) continue;
    const auto rest = target.substr(prefix.size());
    const auto end = std::min(rest.size(), rest.find_first_of("/?"));
    for (auto& [name, value] : request.headers)
      if (http::same_name(name, "Host")) value = rest.substr(0, end);
    request.target = (rest.substr(end).starts_with('/') ? "" : "/") + std::string(rest.substr(end));
    return;
  }
}

}  // namespace serverless::local_api
