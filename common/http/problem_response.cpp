#include "http/problem_response.h"

#include "http/uri.h"
#include "json/writer.h"

namespace users::http {
namespace {

struct Status {
  int code;
  const char* title;
};

Status status_of(Problem::Kind kind) {
  switch (kind) {
    case Problem::Kind::invalid_request:
      return {400, "Bad Request"};
    case Problem::Kind::unauthenticated:
      return {401, "Unauthorized"};
    case Problem::Kind::forbidden:
      return {403, "Forbidden"};
    case Problem::Kind::route_not_found:
    case Problem::Kind::user_not_found:
      return {404, "Not Found"};
    case Problem::Kind::method_not_allowed:
      return {405, "Method Not Allowed"};
    case Problem::Kind::conflict:
      return {409, "Conflict"};
    case Problem::Kind::user_gone:
      return {410, "Gone"};
    case Problem::Kind::precondition_failed:
      return {412, "Precondition Failed"};
    case Problem::Kind::payload_too_large:
      return {413, "Content Too Large"};
    case Problem::Kind::unsupported_media_type:
      return {415, "Unsupported Media Type"};
    case Problem::Kind::key_reused:
      return {422, "Unprocessable Content"};
    case Problem::Kind::unavailable:
      return {503, "Service Unavailable"};
    case Problem::Kind::internal:
      break;
  }
  return {500, "Internal Server Error"};
}

}  // namespace

Response problem_response(const Problem& problem, const Request& request) {
  const Status status = status_of(problem.kind);
  json::Writer json;
  json.begin_object()
      .member("type", "about:blank")
      .member("title", status.title)
      .member("status", status.code)
      .member("detail", problem.detail)
      .member("instance", encoded_path(request.path))
      .member("requestId", request.id);
  if (!problem.errors.empty()) {
    json.key("errors").begin_array();
    for (const FieldError& error : problem.errors) {
      json.begin_object()
          .member("field", error.field)
          .member("code", error.code)
          .member("message", error.message)
          .end_object();
    }
    json.end_array();
  }
  json.end_object();

  Response response{.status = status.code,
                    .headers = {{"Content-Type", "application/problem+json"}},
                    .body = std::move(json).text()};
  if (problem.kind == Problem::Kind::method_not_allowed) response.headers.set("Allow", problem.allow);
  if (!problem.challenge.empty()) response.headers.set("WWW-Authenticate", problem.challenge);
  if (problem.kind == Problem::Kind::unavailable) response.headers.set("Retry-After", "1");
  return response;
}

}  // namespace users::http
