#include "tests/support/captured_log.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace serverless::testing {

CapturedLog::CapturedLog(LogLevel level)
    : descriptor_(memfd_create("log", MFD_CLOEXEC)), log(clock_, level, descriptor_) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "memfd_create");
}

CapturedLog::~CapturedLog() {
  close(descriptor_);
}

std::vector<std::string> CapturedLog::lines() const {
  std::string text(static_cast<std::size_t>(lseek(descriptor_, 0, SEEK_CUR)), '\0');
  if (pread(descriptor_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    throw std::system_error(errno, std::generic_category(), "pread");
  if (!text.empty() && !text.ends_with('\n'))
    throw std::logic_error("the last line of the log is incomplete: " + text);
  std::vector<std::string> lines;
  for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1))
    lines.emplace_back(rest.substr(0, rest.find('\n')));
  return lines;
}

}  // namespace serverless::testing
