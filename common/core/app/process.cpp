#include "core/app/process.h"

#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <csignal>
#include <system_error>

namespace serverless {
namespace {

/// Each request needs about as much memory as the previous one. Keeping it avoids returning pages to the
/// system and requesting them again.
void keep_freed_memory() {
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
  mallopt(M_TOP_PAD, 1 << 20);
}

/// The memory contains credentials, tokens and personal data. The limit prevents dumps to files, and the flag
/// prevents dumps that the kernel pipes to a program (core(5)).
void forbid_core_dumps() {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0)
    throw std::system_error(errno, std::generic_category(), "core dumps could not be turned off");
}

}  // namespace

void prepare_process() {
  keep_freed_memory();
  forbid_core_dumps();
  std::signal(SIGPIPE, SIG_IGN);  // writing to a log that nobody reads must not end the process
}

}  // namespace serverless
