#include "resources.h"

#include <algorithm>
#include <array>

#include "core/http/uri.h"
#include "path_segment.h"

namespace serverless::local_api {
namespace {

/// Returns the parameters in the path, or nothing when it does not match the pattern.
std::optional<std::map<std::string, std::string>> match(std::string_view pattern, std::string_view path) {
  std::map<std::string, std::string> parameters;
  while (pattern.starts_with('/') && path.starts_with('/')) {
    const std::string_view rest = path.substr(1);
    const std::string_view expected = take_segment(pattern);
    const std::string_view actual = take_segment(path);
    if (expected.starts_with('{')) {
      const bool is_greedy = expected.ends_with("+}");
      if (actual.empty()) return std::nullopt;
      parameters.emplace(expected.substr(1, expected.size() - (is_greedy ? 3 : 2)),
                         http::percent_decoded(is_greedy ? rest : actual));
      if (is_greedy) return parameters;
    } else if (expected != http::percent_decoded(actual)) {
      return std::nullopt;
    }
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return parameters;
}

}  // namespace

Function* Resource::serving(const std::string& method) const {
  constexpr std::array<std::string_view, 7> any = {"DELETE", "GET",  "HEAD", "OPTIONS",
                                                   "PATCH",  "POST", "PUT"};
  auto found = functions.find(method);
  if (found == functions.end() && std::find(any.begin(), any.end(), method) != any.end())
    found = functions.find("ANY");
  return found == functions.end() ? nullptr : found->second;
}

void Resources::add(const std::string& method, const std::string& path, Function& function) {
  Resource& resource = by_path_[path];
  resource.path = path;
  resource.functions[method] = &function;
}

std::optional<Match> Resources::find(std::string_view path) const {
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  for (const auto& [pattern, resource] : by_path_) {
    if (auto parameters = match(pattern, path))
      return Match{.resource = resource, .path_parameters = *std::move(parameters)};
  }
  return std::nullopt;
}

}  // namespace serverless::local_api
