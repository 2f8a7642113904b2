#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace serverless::http {

/// Versions of an entity: all versions without a list, none with an empty list.
struct VersionSet {
  std::optional<std::vector<std::int64_t>> list;

  bool contains(std::int64_t version) const {
    return !list || std::ranges::find(*list, version) != list->end();
  }
};

}  // namespace serverless::http
