#include "core/http/problem_response.h"

#include "core/http/uri.h"
#include "core/json/writer.h"

namespace serverless::http {
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
    case Problem::Kind::not_found:
      return {404, "Not Found"};
    case Problem::Kind::method_not_allowed:
      return {405, "Method Not Allowed"};
    case Problem::Kind::conflict:
      return {409, "Conflict"};
    case Problem::Kind::gone:
      return {410, "Gone"};
    case Problem::Kind::precondition_failed:
      return {412, "Precondition Failed"};
    case Problem::Kind::payload_too_large:
      return {413, "Content Too Large"};
    case Problem::Kind::unsupported_media_type:
      return {415, "Unsupported Media Type"};
    case Problem::Kind::unprocessable:
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
  for (const auto& [name, value] : problem.headers) response.headers.set(name, value);
  return response;
}

}  // namespace serverless::http
