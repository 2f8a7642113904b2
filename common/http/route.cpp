#include "http/route.h"

#include <map>
#include <optional>
#include <string>

#include "http/uri.h"

namespace users::http {
namespace {

std::string_view last_segment(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

/// Compares from the end, segment by segment, and takes down what stands where the template has a parameter.
std::optional<std::map<std::string, std::string>> match_from_end(std::string_view path_template,
                                                                 std::string_view path) {
  std::map<std::string, std::string> parameters;
  if (path.ends_with('/')) path.remove_suffix(1);
  while (!path_template.empty()) {
    const auto expected = last_segment(path_template);
    const auto actual = last_segment(path);
    if (path.size() == actual.size()) return std::nullopt;  // no slash left to stand before it
    if (is_parameter(expected)) {
      if (actual.empty()) return std::nullopt;
      parameters.emplace(expected.substr(1, expected.size() - 2), percent_decoded(actual));
    } else if (expected != actual) {
      return std::nullopt;
    }
    path_template.remove_suffix(expected.size() + 1);
    path.remove_suffix(actual.size() + 1);
  }
  return parameters;
}

}  // namespace

Result<Request> match(const Route& route, Request request) {
  const bool gateway_matched = request.resource == route.path && !request.path_parameters.empty();
  if (!gateway_matched) {
    auto parameters = match_from_end(route.path, request.path);
    if (!parameters) return failure(Problem::route_not_found());
    request.path_parameters = *std::move(parameters);
  }
  if (request.method != route.method) return failure(Problem::method_not_allowed(route.method));
  return request;
}

}  // namespace users::http
