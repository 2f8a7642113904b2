#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "template.h"

namespace serverless::local_api {

/// A child process. It is killed when the thread that started it ends, for any reason, or when this object is
/// destroyed.
class ChildProcess {
 public:
  /// Starts `program` in the folder that contains it, with these variables as its whole environment, and with
  /// `output_fd` as its standard output and standard error. Throws std::system_error when it cannot start.
  ChildProcess(const std::filesystem::path& program, const Variables& variables, int output_fd);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }

  /// Sends a signal; has no effect on a process that has ended. Must not be called during or after reap().
  void signal(int number) const;

  static constexpr std::chrono::milliseconds forever{-1};
  /// Waits until the process ends. Returns false when it still runs after `limit`.
  bool ends_within(std::chrono::milliseconds limit) const;

  /// Waits until the process ends and reaps it. Returns how it ended: "exit code 1",
  /// "signal 11 (Segmentation fault)".
  std::string reap();

 private:
  pid_t pid_ = -1;
  /// Refers to this process even when its pid is in use again; -1 once the process is reaped.
  int pid_fd_ = -1;
};

}  // namespace serverless::local_api
