#pragma once

namespace serverless {

/// Prepares the process: turns core dumps off, ignores SIGPIPE, and keeps the memory that a request frees for
/// the next request. Throws std::system_error when core dumps cannot be turned off.
void prepare_process();

}  // namespace serverless
