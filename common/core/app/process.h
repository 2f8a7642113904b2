#pragma once

namespace serverless {

/// Prepares the process: it leaves no core dump, ignores SIGPIPE, and keeps the memory that a request frees
/// for the next one. Throws std::system_error when core dumps cannot be turned off.
void prepare_process();

}  // namespace serverless
