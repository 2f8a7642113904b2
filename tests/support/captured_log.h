#pragma once

#include <string>
#include <vector>

#include "core/support/log.h"
#include "tests/support/fakes.h"

namespace serverless::testing {

/// A log in memory, at the time of FakeClock, whose lines a test can read back.
class CapturedLog {
 public:
  explicit CapturedLog(LogLevel level = LogLevel::trace);
  ~CapturedLog();
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;

  /// Returns the lines that were written so far, without line ends.
  std::vector<std::string> lines() const;

 private:
  FakeClock clock_;
  int descriptor_;

 public:
  Log log;
};

}  // namespace serverless::testing
