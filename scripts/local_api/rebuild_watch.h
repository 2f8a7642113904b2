#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "function.h"
#include "support/log.h"

namespace users::local_api {

/// Looks, twice a second, for functions that have been built again, and retires their environments.
class RebuildWatch {
 public:
  RebuildWatch(const std::map<std::string, std::unique_ptr<Function>>& functions, Log& log);
  ~RebuildWatch();
  RebuildWatch(const RebuildWatch&) = delete;
  RebuildWatch& operator=(const RebuildWatch&) = delete;

 private:
  void watch();

  const std::map<std::string, std::unique_ptr<Function>>& functions_;
  Log& log_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool is_stopped_ = false;
  std::thread thread_;
};

}  // namespace users::local_api
