#pragma once

#include "app/endpoint.h"

namespace users {

/// The composition root: reads the configuration, builds the real parts and serves the endpoint as a Lambda
/// function until it is told to end. Gives the exit code of the process.
int serve(const Endpoint& endpoint);

}  // namespace users
