#include "child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
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
#include <utility>
#include <vector>

namespace serverless::local_api {
namespace {

/// The data that the child needs, prepared before the fork.
struct ChildSetup {
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

[[noreturn]] void run_child(const ChildSetup& setup) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != setup.parent) _exit(127);  // the parent died before prctl()

  setpgid(0, 0);  // Ctrl-C reaches the parent only, which then stops its children
  std::signal(SIGPIPE, SIG_DFL);

  const int input = open("/dev/null", O_RDONLY);
  if (input < 0 || dup2(input, STDIN_FILENO) < 0 || dup2(setup.output_fd, STDOUT_FILENO) < 0 ||
      dup2(setup.output_fd, STDERR_FILENO) < 0 || chdir(setup.folder) != 0)
    report_and_exit(setup.error_fd);
  // The child must not keep the parent's connections open.
  if (close_range(STDERR_FILENO + 1, UINT_MAX, CLOSE_RANGE_CLOEXEC) != 0) report_and_exit(setup.error_fd);

  char* const arguments[] = {const_cast<char*>(setup.program), nullptr};
  execve(setup.program, arguments, setup.variables);
  report_and_exit(setup.error_fd);
}

/// Returns the error that report_and_exit() wrote, or 0 when a successful exec closed the pipe.
int read_error(int fd) {
  int error = 0;
  ssize_t size = 0;
  do {
    size = read(fd, &error, sizeof error);
  } while (size < 0 && errno == EINTR);
  return size == sizeof error ? error : 0;
}

}  // namespace

ChildProcess::ChildProcess(boost::asio::io_context& io, const std::filesystem::path& program,
                           const Variables& variables, int output_fd)
    : pid_fd_(io) {
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
  const ChildSetup setup{.program = program.c_str(),
                         .folder = folder.c_str(),
                         .variables = entries.data(),
                         .output_fd = output_fd,
                         .error_fd = errors[1],
                         .parent = getpid()};
  pid_ = fork();
  if (pid_ == 0) run_child(setup);
  int error = pid_ < 0 ? errno : 0;
  close(errors[1]);
  if (error == 0) error = read_error(errors[0]);
  close(errors[0]);
  if (error == 0) {
    const auto pid_fd = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
    if (pid_fd < 0) {
      error = errno;
    } else {
      pid_fd_.assign(pid_fd);
    }
  }
  if (error != 0) {
    if (pid_ > 0) waitpid(pid_, nullptr, 0);
    throw std::system_error(error, std::generic_category(), fmt::format("cannot start {}", program.string()));
  }
}

ChildProcess::~ChildProcess() {
  if (!pid_fd_.is_open()) return;
  signal(SIGKILL);
  reap();
}

void ChildProcess::when_ended(std::function<void()> ended) {
  pid_fd_.async_wait(pid_fd_.wait_read, [ended = std::move(ended)](const boost::system::error_code& error) {
    if (!error) ended();
  });
}

void ChildProcess::signal(int number) {
  syscall(SYS_pidfd_send_signal, pid_fd_.native_handle(), number, nullptr, 0);
}

std::string ChildProcess::reap() {
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_fd_.close();
  if (WIFSIGNALED(status))
    return fmt::format("signal {} ({})", WTERMSIG(status), sigdescr_np(WTERMSIG(status)));
  return fmt::format("exit code {}", WEXITSTATUS(status));
}

}  // namespace serverless::local_api
