#include "tests/support/captured_log.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace users::testing {

CapturedLog::CapturedLog(LogLevel level)
    : descriptor_(memfd_create("log", MFD_CLOEXEC)), log(clock_, level, descriptor_) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "memfd_create");
}

CapturedLog::~CapturedLog() {
  close(descriptor_);
}

std::vector<std::string> CapturedLog::lines() const {
  std::vector<std::string> lines;
  std::string line;
  char c = '\0';
  for (off_t position = 0; pread(descriptor_, &c, 1, position) == 1; ++position) {
    if (c != '\n') {
      line.push_back(c);
    } else {
      lines.push_back(std::move(line));
      line.clear();
    }
  }
  if (!line.empty()) throw std::logic_error("the log's last line does not end: " + line);
  return lines;
}

}  // namespace users::testing
