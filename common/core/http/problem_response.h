#pragma once

#include "core/http/message.h"
#include "core/support/problem.h"

namespace serverless::http {

/// Converts a problem to a response: application/problem+json (RFC 9457). It creates all error responses of a
/// function.
Response problem_response(const Problem& problem, const Request& request);

}  // namespace serverless::http
