#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "template.h"

namespace users::local_api {

struct Options {
  std::filesystem::path template_file;
  std::filesystem::path build_dir;
  std::string host = "127.0.0.1";
  int port = 3000;
  /// Variables that all functions are given, whatever the template says.
  Variables variables = {};
  bool watch = false;
  /// Where Swagger UI is; empty for no documentation.
  std::filesystem::path docs_viewer = {};
  /// Empty for standard error.
  std::filesystem::path log_file = {};
  std::size_t max_environments = 10;
  bool help = false;
};

extern const std::string_view usage;

/// Reads the arguments that follow the program's name. Throws SetupError.
Options parse_options(const std::vector<std::string>& arguments);

}  // namespace users::local_api
