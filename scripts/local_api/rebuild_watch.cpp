#include "rebuild_watch.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <chrono>
#include <utility>

namespace serverless::local_api {
namespace {

constexpr std::chrono::milliseconds interval(500);

}  // namespace

RebuildWatch::RebuildWatch(boost::asio::io_context& io,
                           const std::map<std::string, std::unique_ptr<Function>>& functions, Log& log)
    : timer_(io), log_(log) {
  for (const auto& [name, function] : functions) {
    const Build now = build_of(*function);
    all_.push_back({.function = *function, .in_use = now, .last_seen = now});
  }
  check_later();
}

void RebuildWatch::stop() {
  is_stopped_ = true;
  timer_.cancel();
}

RebuildWatch::Build RebuildWatch::build_of(const Function& function) {
  struct stat status {};
  if (stat(function.bootstrap().c_str(), &status) != 0 || (status.st_mode & S_IXUSR) == 0) return {};
  return {status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

bool RebuildWatch::is_rebuilt(Watched& watched) {
  const Build now = build_of(watched.function);
  const bool is_complete = now == std::exchange(watched.last_seen, now);
  return is_complete && now != watched.in_use && now != Build();
}

void RebuildWatch::check_later() {
  timer_.expires_after(interval);
  timer_.async_wait([this](const boost::system::error_code&) {
    if (!is_stopped_) check();
  });
}

void RebuildWatch::check() {
  for (Watched& watched : all_) {
    if (!is_rebuilt(watched)) continue;
    watched.in_use = watched.last_seen;
    watched.function.retire_environments();
    log_.write(LogLevel::info, fmt::format("{} was rebuilt and restarts", watched.function.name()));
  }
  check_later();
}

}  // namespace serverless::local_api
