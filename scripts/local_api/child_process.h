#pragma once

#include <sys/types.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <filesystem>
#include <functional>
#include <string>

#include "template.h"

namespace serverless::local_api {

/// A child process. It is killed when the thread that started it ends for any reason, or when this object is
/// destroyed.
class ChildProcess {
 public:
  /// Starts `program` in the folder that contains it, with these variables as its whole environment, and with
  /// `output_fd` as its standard output and standard error. Throws std::system_error when it cannot start.
  ChildProcess(boost::asio::io_context& io, const std::filesystem::path& program, const Variables& variables,
               int output_fd);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }

  /// Calls `ended` once the process has ended, unless this object is destroyed first.
  void when_ended(std::function<void()> ended);

  /// Sends a signal; has no effect on a process that has ended. Must not be called after reap().
  void signal(int number);

  /// Waits until the process ends and reaps it. Returns how it ended: "exit code 1",
  /// "signal 11 (Segmentation fault)".
  std::string reap();

 private:
  pid_t pid_ = -1;
  /// Refers to this process even after its pid is reused; closed once the process is reaped.
  boost::asio::posix::stream_descriptor pid_fd_;
};

}  // namespace serverless::local_api
