#pragma once

#include <sys/types.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <ctime>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "core/support/log.h"
#include "function.h"

namespace serverless::local_api {

/// Checks twice a second which functions have been rebuilt, and retires their environments.
class RebuildWatch {
 public:
  RebuildWatch(boost::asio::io_context& io, const std::map<std::string, std::unique_ptr<Function>>& functions,
               Log& log);

  void stop();

 private:
  /// Identifies a build of a file: inode, size and modification time. All are zero when the file does not
  /// exist or is not executable yet, because linkers set that permission last.
  using Build = std::tuple<ino_t, off_t, std::time_t, long>;

  struct Watched {
    Function& function;
    Build in_use;
    Build last_seen;
  };

  static Build build_of(const Function& function);
  /// Returns whether a new build exists that has not changed since the previous check.
  static bool is_rebuilt(Watched& watched);
  void check_later();
  void check();

  boost::asio::steady_timer timer_;
  Log& log_;
  std::vector<Watched> all_;
  bool is_stopped_ = false;
};

}  // namespace serverless::local_api
