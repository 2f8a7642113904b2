#pragma once

#include <algorithm>
#include <string_view>

namespace serverless::local_api {

/// Removes the first segment from a path that begins with a slash. Returns the segment without the slash.
inline std::string_view take_segment(std::string_view& path) {
  const auto end = std::min(path.size(), path.find('/', 1));
  const auto segment = path.substr(1, end - 1);
  path.remove_prefix(end);
  return segment;
}

}  // namespace serverless::local_api
