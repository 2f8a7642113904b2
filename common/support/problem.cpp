#include "support/problem.h"

#include <fmt/format.h>

namespace users {
namespace {

/// How RFC 6750, section 3, begins a challenge.
constexpr std::string_view bearer = R"(Bearer realm="users")";

}  // namespace

Problem Problem::invalid(std::vector<FieldError> errors) {
  return {.kind = Kind::invalid_request,
          .detail = "The request has faults; see errors.",
          .errors = std::move(errors)};
}

Problem Problem::invalid(std::string field, std::string code, std::string message) {
  return invalid({{std::move(field), std::move(code), std::move(message)}});
}

Problem Problem::malformed_json(std::string why) {
  return invalid("", "malformed_json", std::move(why));
}

Problem Problem::unauthenticated(std::string_view error, std::string cause) {
  return {.kind = Kind::unauthenticated,
          .detail = "This takes a valid bearer token.",
          .cause = std::move(cause),
          .challenge = error.empty() ? std::string(bearer) : fmt::format(R"({}, error="{}")", bearer, error)};
}

Problem Problem::forbidden(std::string_view scope) {
  return {.kind = Kind::forbidden,
          .detail = fmt::format("This takes a token with the scope {}.", scope),
          .challenge = fmt::format(R"({}, error="insufficient_scope", scope="{}")", bearer, scope)};
}

Problem Problem::route_not_found() {
  return {.kind = Kind::route_not_found, .detail = "There is nothing at this path."};
}

Problem Problem::method_not_allowed(std::string_view allow) {
  return {.kind = Kind::method_not_allowed,
          .detail = fmt::format("This path answers {} here.", allow),
          .allow = std::string(allow)};
}

Problem Problem::user_not_found(std::string_view user_id) {
  return {.kind = Kind::user_not_found, .detail = fmt::format("There is no user {}.", user_id)};
}

Problem Problem::user_gone() {
  return {.kind = Kind::user_gone,
          .detail = "The user that was created with this Idempotency-Key has been deleted."};
}

Problem Problem::key_reused() {
  return {.kind = Kind::key_reused,
          .detail = "Another user was created with this Idempotency-Key.",
          .errors = {{"Idempotency-Key", "taken", "must be a new one for another body"}}};
}

Problem Problem::conflict(std::string detail) {
  return {.kind = Kind::conflict, .detail = std::move(detail)};
}

Problem Problem::email_taken() {
  return {.kind = Kind::conflict,
          .detail = "Another user has this email address.",
          .errors = {{"email", "taken", "must not be the address of another user"}}};
}

Problem Problem::precondition_failed() {
  return {
      .kind = Kind::precondition_failed,
      .detail = "The user has changed since the version in If-Match; get it again and repeat the change."};
}

Problem Problem::payload_too_large(std::size_t limit_bytes) {
  return {.kind = Kind::payload_too_large,
          .detail = fmt::format("The body is larger than {} bytes.", limit_bytes)};
}

Problem Problem::unsupported_media_type() {
  return {.kind = Kind::unsupported_media_type, .detail = "The body must be application/json."};
}

Problem Problem::internal(std::string cause) {
  return {.kind = Kind::internal, .detail = "Something went wrong.", .cause = std::move(cause)};
}

Problem Problem::unavailable(std::string cause) {
  return {.kind = Kind::unavailable,
          .detail = "The service is busy; try again shortly.",
          .cause = std::move(cause)};
}

}  // namespace users
