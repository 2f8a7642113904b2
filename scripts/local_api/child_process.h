#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "template.h"

namespace users::local_api {

/// A program that runs beside this one, and not longer: it is killed when the thread that started it ends, by
/// whatever cause, or when this object goes.
class ChildProcess {
 public:
  /// Runs `program` in its own folder, with nothing but these variables, its output going to `output_fd`.
  /// Throws std::system_error when it can't be started.
  ChildProcess(const std::filesystem::path& program, const Variables& variables, int output_fd);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }

  /// Does nothing to a process that has ended. Not to be called during or after reap().
  void signal(int number) const;

  static constexpr std::chrono::milliseconds forever{-1};
  /// Waits for its end; false when it still runs after that time.
  bool ends_within(std::chrono::milliseconds time) const;

  /// Waits for its end and clears it away. Gives how it ended, in words: "exit code 1",
  /// "signal 11 (Segmentation fault)".
  std::string reap();

 private:
  pid_t pid_ = -1;
  /// Names this very process even after its number is in use again; -1 once it is cleared away.
  int pid_fd_ = -1;
};

}  // namespace users::local_api
