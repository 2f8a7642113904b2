#include "rebuild_watch.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <chrono>
#include <tuple>
#include <utility>
#include <vector>

namespace serverless::local_api {
namespace {

constexpr std::chrono::milliseconds interval(500);

/// Identifies a build of a file: inode, size, time of modification. All are zero when the file does not exist
/// or is not executable; linkers set that permission last.
using Build = std::tuple<ino_t, off_t, time_t, long>;

Build build_of(const std::filesystem::path& file) {
  struct stat status {};
  if (stat(file.c_str(), &status) != 0 || (status.st_mode & S_IXUSR) == 0) return {};
  return {status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

struct Watched {
  Function& function;
  Build in_use;
  Build last_seen;
};

/// Returns whether a new build exists that has not changed since the previous check.
bool is_rebuilt(Watched& watched) {
  const Build now = build_of(watched.function.bootstrap());
  const bool is_complete = now == std::exchange(watched.last_seen, now);
  return is_complete && now != watched.in_use && now != Build();
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
    all.push_back({.function = *function, .in_use = now, .last_seen = now});
  }
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, interval, [&] { return is_stopped_; })) {
    for (Watched& watched : all) {
      if (!is_rebuilt(watched)) continue;
      watched.in_use = watched.last_seen;
      watched.function.retire_environments();
      log_.write(LogLevel::info, fmt::format("{} was rebuilt and restarts", watched.function.name()));
    }
  }
}

}  // namespace serverless::local_api
