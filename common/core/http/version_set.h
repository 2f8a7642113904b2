#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace serverless::http {

/// A set of versions of an entity: all versions when there is no list, none when the list is empty.
struct VersionSet {
  std::optional<std::vector<std::int64_t>> list;

  bool contains(std::int64_t version) const {
    return !list || std::ranges::find(*list, version) != list->end();
  }
};

}  // namespace serverless::http
