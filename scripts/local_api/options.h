#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "template.h"

namespace serverless::local_api {

struct Options {
  std::filesystem::path template_file;
  std::filesystem::path build_dir;
  std::string host = "127.0.0.1";
  int port = 3000;
  /// Variables of all functions, which override the template.
  Variables variables = {};
  bool watch = false;
  /// The folder of Swagger UI. The local API serves no documentation when it is empty.
  std::filesystem::path docs_viewer = {};
  /// Standard error when it is empty.
  std::filesystem::path log_file = {};
  std::size_t max_environments = 10;
  bool help = false;
};

/// The text that --help prints.
extern const std::string_view usage;

/// Parses the arguments, without the name of the program. Throws SetupError when one is invalid or missing.
Options parse_options(const std::vector<std::string>& arguments);

}  // namespace serverless::local_api
