#pragma once

#include "core/app/bound_endpoint.h"

namespace serverless {

/// The composition root: reads the configuration, builds the application and serves the endpoint as a Lambda
/// function until the process receives SIGTERM. Returns the exit code of the process: 0 after SIGTERM, 1
/// after a failure.
int serve(const BoundEndpoint& endpoint, const ApiNames& names);

}  // namespace serverless
