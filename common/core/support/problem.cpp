#include "core/support/problem.h"

namespace serverless {

Problem Problem::invalid(std::vector<FieldError> errors) {
  return {.kind = Kind::invalid_request,
          .detail = "The request is invalid; see errors.",
          .errors = std::move(errors)};
}

Problem Problem::invalid(std::string field, std::string code, std::string message) {
  return invalid({{std::move(field), std::move(code), std::move(message)}});
}

Problem Problem::internal(std::string cause) {
  return {.kind = Kind::internal,
          .detail = "The server failed to handle the request.",
          .cause = std::move(cause)};
}

Problem Problem::unavailable(std::string cause) {
  return {.kind = Kind::unavailable,
          .detail = "The service is busy; try again shortly.",
          .cause = std::move(cause),
          .headers = {{"Retry-After", "1"}}};
}

}  // namespace serverless
