#pragma once

#include "core/http/message.h"
#include "core/support/problem.h"

namespace serverless::http {

/// Converts a problem to a response: application/problem+json (RFC 9457). All error responses of a function
/// are made here.
Response problem_response(const Problem& problem, const Request& request);

}  // namespace serverless::http
