#include "rebuild_watch.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <chrono>
#include <tuple>
#include <utility>
#include <vector>

namespace users::local_api {
namespace {

constexpr std::chrono::milliseconds interval(500);

/// Tells one build of a file from the next: inode, size, time of change. All zero while there is no file, or
/// none that can be run: a linker sets that last.
using Build = std::tuple<ino_t, off_t, time_t, long>;

Build build_of(const std::filesystem::path& file) {
  struct stat status {};
  if (stat(file.c_str(), &status) != 0 || (status.st_mode & S_IXUSR) == 0) return {};
  return {status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

struct Watched {
  Function& function;
  Build taken_over;
  Build last_seen;
};

/// Whether there is a new build, and it has not changed since the last look.
bool is_rebuilt(Watched& watched) {
  const Build now = build_of(watched.function.bootstrap());
  const bool is_settled = now == std::exchange(watched.last_seen, now);
  return is_settled && now != watched.taken_over && now != Build();
}

}  // namespace

RebuildWatch::RebuildWatch(const std::map<std::string, std::unique_ptr<Function>>& functions, Log& log)
    : functions_(functions), log_(log), thread_([this] { watch(); }) {}

RebuildWatch::~RebuildWatch() {
  {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
  }
  stopped_.notify_one();
  thread_.join();
}

void RebuildWatch::watch() {
  std::vector<Watched> all;
  for (const auto& [name, function] : functions_) {
    const Build now = build_of(function->bootstrap());
    all.push_back({.function = *function, .taken_over = now, .last_seen = now});
  }
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, interval, [&] { return is_stopped_; })) {
    for (Watched& watched : all) {
      if (!is_rebuilt(watched)) continue;
      watched.taken_over = watched.last_seen;
      watched.function.retire_environments();
      log_.write(LogLevel::info,
                 fmt::format("{} was built again and is taken over", watched.function.name()));
    }
  }
}

}  // namespace users::local_api
