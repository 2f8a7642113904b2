#include "http/json_body.h"

namespace users::http {
namespace {

/// application/json or application/*+json, in any case, with any parameters (RFC 9110, section 8.3; RFC
/// 6839).
bool is_json(std::string_view content_type) {
  constexpr std::string_view application = "application/";
  constexpr std::string_view suffix = "+json";
  const auto media_type = trim_whitespace(content_type.substr(0, content_type.find(';')));
  if (!same_name(media_type.substr(0, application.size()), application)) return false;
  const auto subtype = media_type.substr(application.size());
  if (same_name(subtype, "json")) return true;
  return subtype.size() > suffix.size() && subtype.find_first_of(", \t") == std::string_view::npos &&
         same_name(subtype.substr(subtype.size() - suffix.size()), suffix);
}

}  // namespace

Result<std::string_view> json_body(const Request& request) {
  if (request.body.size() > max_body_bytes) return failure(Problem::payload_too_large(max_body_bytes));
  if (request.body.empty()) return failure(Problem::malformed_json("there must be a body"));
  if (const auto content_type = request.headers.get("Content-Type"); content_type && !is_json(*content_type))
    return failure(Problem::unsupported_media_type());
  return std::string_view(request.body);
}

}  // namespace users::http
