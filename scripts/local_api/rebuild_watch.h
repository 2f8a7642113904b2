#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "core/support/log.h"
#include "function.h"

namespace serverless::local_api {

/// Checks twice a second which functions were rebuilt, and retires their environments.
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

}  // namespace serverless::local_api
