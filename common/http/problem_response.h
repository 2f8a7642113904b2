#pragma once

#include "http/message.h"
#include "support/problem.h"

namespace users::http {

/// The one place where a problem becomes a response: application/problem+json (RFC 9457).
Response problem_response(const Problem& problem, const Request& request);

}  // namespace users::http
