#include "core/http/route.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <string>

#include "core/http/uri.h"

namespace serverless::http {
namespace {

Problem route_not_found() {
  return {.kind = Problem::Kind::not_found, .detail = "There is no resource at this path."};
}

Problem method_not_allowed(std::string_view allowed) {
  return {.kind = Problem::Kind::method_not_allowed,
          .detail = fmt::format("The method must be {}.", allowed),
          .headers = {{"Allow", std::string(allowed)}}};
}

std::string_view last_segment(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

/// Compares segment by segment, from the end. Returns the values of the template's parameters, or nothing
/// when the paths differ.
std::optional<std::map<std::string, std::string>> match_from_end(std::string_view path_template,
                                                                 std::string_view path) {
  std::map<std::string, std::string> parameters;
  if (path.ends_with('/')) path.remove_suffix(1);
  while (!path_template.empty()) {
    const auto expected = last_segment(path_template);
    const auto actual = last_segment(path);
    if (path.size() == actual.size()) return std::nullopt;  // no slash precedes it
    if (is_parameter(expected)) {
      if (actual.empty()) return std::nullopt;
      parameters.emplace(expected.substr(1, expected.size() - 2), percent_decoded(actual));
    } else if (expected != percent_decoded(actual)) {
      return std::nullopt;
    }
    path_template.remove_suffix(expected.size() + 1);
    path.remove_suffix(actual.size() + 1);
  }
  return parameters;
}

}  // namespace

Result<void> match(const Route& route, Request& request) {
  const bool has_parameters = route.path.find('{') != std::string_view::npos;
  const bool gateway_matched =
      request.resource == route.path && (!has_parameters || !request.path_parameters.empty());
  if (!gateway_matched) {
    auto parameters = match_from_end(route.path, request.path);
    if (!parameters) return failure(route_not_found());
    request.path_parameters = *std::move(parameters);
  }
  if (request.method != route.method) return failure(method_not_allowed(route.method));
  return {};
}

}  // namespace serverless::http
