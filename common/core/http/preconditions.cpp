#include "core/http/preconditions.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/http/entity_tag.h"
#include "core/support/parse_integer.h"

namespace serverless::http {
namespace {

constexpr VersionSet all_versions{};

VersionSet no_version() {
  return {.list = std::vector<std::int64_t>()};
}

/// Returns the version with this entity tag, or nothing when no version has it, such as "03".
std::optional<std::int64_t> version_of(const EntityTag& tag) {
  const auto version = parse_integer<std::int64_t>(tag.text);
  return version && fmt::to_string(*version) == tag.text ? version : std::nullopt;
}

VersionSet versions_in(const EntityTagList& tags, bool accept_weak) {
  if (tags.any) return all_versions;
  std::vector<std::int64_t> versions;
  for (const EntityTag& tag : tags.tags)
    if (const auto version = version_of(tag); version && (accept_weak || !tag.weak))
      versions.push_back(*version);
  return {.list = std::move(versions)};
}

}  // namespace

Result<VersionSet> if_match(const Request& request) {
  return entity_tags(request, "If-Match").map([](const std::optional<EntityTagList>& tags) {
    return tags ? versions_in(*tags, false) : all_versions;
  });
}

Result<VersionSet> if_none_match(const Request& request) {
  return entity_tags(request, "If-None-Match").map([](const std::optional<EntityTagList>& tags) {
    return tags ? versions_in(*tags, true) : no_version();
  });
}

}  // namespace serverless::http
