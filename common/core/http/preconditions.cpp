#include "core/http/preconditions.h"

#include <fmt/format.h>

#include <charconv>

#include "core/http/entity_tag.h"

namespace serverless::http {
namespace {

constexpr VersionSet all_versions{};

VersionSet no_version() {
  return {.list = std::vector<std::int64_t>()};
}

/// Returns the version with this entity tag, or nothing when no version has it, such as "03".
std::optional<std::int64_t> version_of(const EntityTag& tag) {
  std::int64_t version = 0;
  const auto [end, error] = std::from_chars(tag.text.data(), tag.text.data() + tag.text.size(), version);
  if (error != std::errc() || fmt::to_string(version) != tag.text) return std::nullopt;
  return version;
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
