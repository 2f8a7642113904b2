#include "child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <system_error>
#include <vector>

namespace users::local_api {
namespace {

/// What the child needs, laid out before it exists: between fork and exec in a program with threads, only
/// async-signal-safe functions may be called, and none that allocates.
struct Start {
  const char* program;
  const char* folder;
  char* const* variables;
  int output_fd;
  int error_fd;
  pid_t parent;
};

[[noreturn]] void report_and_exit(int error_fd) {
  const int error = errno;
  [[maybe_unused]] const ssize_t written = write(error_fd, &error, sizeof error);
  _exit(127);
}

[[noreturn]] void become(const Start& start) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != start.parent) _exit(127);  // it died before prctl

  setpgid(0, 0);  // a Ctrl-C is for the parent, which then stops its children in good order
  std::signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);

  const int input = open("/dev/null", O_RDONLY);
  if (input < 0 || dup2(input, STDIN_FILENO) < 0 || dup2(start.output_fd, STDOUT_FILENO) < 0 ||
      dup2(start.output_fd, STDERR_FILENO) < 0 || chdir(start.folder) != 0)
    report_and_exit(start.error_fd);
  // Connections that the parent has accepted must not stay open in here.
  if (close_range(STDERR_FILENO + 1, UINT_MAX, CLOSE_RANGE_CLOEXEC) != 0) report_and_exit(start.error_fd);

  char* const arguments[] = {const_cast<char*>(start.program), nullptr};
  execve(start.program, arguments, start.variables);
  report_and_exit(start.error_fd);
}

/// Reads what report_and_exit() wrote; 0 when the exec has closed the pipe instead.
int read_error(int fd) {
  int error = 0;
  ssize_t size = 0;
  do {
    size = read(fd, &error, sizeof error);
  } while (size < 0 && errno == EINTR);
  return size == sizeof error ? error : 0;
}

}  // namespace

ChildProcess::ChildProcess(const std::filesystem::path& program, const Variables& variables, int output_fd) {
  std::vector<std::string> texts;
  texts.reserve(variables.size());
  for (const auto& [name, value] : variables) texts.push_back(fmt::format("{}={}", name, value));
  std::vector<char*> entries;
  entries.reserve(variables.size() + 1);
  for (std::string& text : texts) entries.push_back(text.data());
  entries.push_back(nullptr);
  const std::string folder = program.parent_path();

  std::array<int, 2> errors{};
  if (pipe2(errors.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe2");
  const Start start{.program = program.c_str(),
                    .folder = folder.c_str(),
                    .variables = entries.data(),
                    .output_fd = output_fd,
                    .error_fd = errors[1],
                    .parent = getpid()};
  pid_ = fork();
  if (pid_ == 0) become(start);
  int error = pid_ < 0 ? errno : 0;
  close(errors[1]);
  if (error == 0) error = read_error(errors[0]);
  close(errors[0]);
  if (error == 0) {
    pid_fd_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
    if (pid_fd_ < 0) error = errno;
  }
  if (error != 0) {
    if (pid_ > 0) waitpid(pid_, nullptr, 0);
    throw std::system_error(error, std::generic_category(), fmt::format("cannot start {}", program.string()));
  }
}

ChildProcess::~ChildProcess() {
  if (pid_fd_ < 0) return;
  signal(SIGKILL);
  reap();
}

void ChildProcess::signal(int number) const {
  syscall(SYS_pidfd_send_signal, pid_fd_, number, nullptr, 0);
}

bool ChildProcess::ends_within(std::chrono::milliseconds time) const {
  pollfd ended{.fd = pid_fd_, .events = POLLIN, .revents = 0};
  int count = 0;
  do {
    count = poll(&ended, 1, static_cast<int>(time.count()));
  } while (count < 0 && errno == EINTR);
  return count != 0;
}

std::string ChildProcess::reap() {
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  close(pid_fd_);
  pid_fd_ = -1;
  if (WIFSIGNALED(status))
    return fmt::format("signal {} ({})", WTERMSIG(status), sigdescr_np(WTERMSIG(status)));
  return fmt::format("exit code {}", WEXITSTATUS(status));
}

}  // namespace users::local_api
