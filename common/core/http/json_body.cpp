#include "core/http/json_body.h"

#include <fmt/format.h>

#include "core/support/ascii.h"

namespace serverless::http {
namespace {

constexpr std::size_t max_depth = 16;

Problem malformed_json(std::string reason) {
  return Problem::invalid("", "malformed_json", std::move(reason));
}

Problem payload_too_large() {
  return {.kind = Problem::Kind::payload_too_large,
          .detail = fmt::format("The body is larger than {} bytes.", max_body_bytes)};
}

Problem unsupported_media_type() {
  return {.kind = Problem::Kind::unsupported_media_type, .detail = "The body must be application/json."};
}

/// Returns whether the type is application/json or application/*+json, ignoring case, and with any parameters
/// (RFC 9110, section 8.3; RFC 6839).
bool is_json(std::string_view content_type) {
  constexpr std::string_view application = "application/";
  constexpr std::string_view suffix = "+json";
  const auto media_type = trim_whitespace(content_type.substr(0, content_type.find(';')));
  if (!equal_ignoring_case(media_type.substr(0, application.size()), application)) return false;
  const auto subtype = media_type.substr(application.size());
  if (equal_ignoring_case(subtype, "json")) return true;
  return subtype.size() > suffix.size() && subtype.find_first_of(", \t") == std::string_view::npos &&
         equal_ignoring_case(subtype.substr(subtype.size() - suffix.size()), suffix);
}

}  // namespace

Result<std::string_view> json_body(const Request& request) {
  if (request.body.size() > max_body_bytes) return failure(payload_too_large());
  if (request.body.empty()) return failure(malformed_json("must not be empty"));
  if (const auto content_type = request.headers.get("Content-Type"); content_type && !is_json(*content_type))
    return failure(unsupported_media_type());
  return std::string_view(request.body);
}

Result<json::Document> parse_json_object(std::string_view body) {
  auto document = json::Document::parse(body, {.max_depth = max_depth, .unique_members = true});
  if (!document) return failure(malformed_json("must be JSON: " + document.error().message));
  if (!document->root().is_object()) return failure(malformed_json("must be a JSON object"));
  return *std::move(document);
}

}  // namespace serverless::http
