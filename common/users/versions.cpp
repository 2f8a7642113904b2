#include "users/versions.h"

#include <fmt/format.h>

#include <charconv>
#include <vector>

#include "core/http/entity_tag.h"

namespace users {
namespace {

using dynamodb::VersionCondition;

constexpr VersionCondition any_version{};

VersionCondition no_version() {
  return {.any_of = std::vector<std::int64_t>()};
}

/// Returns the version with this entity tag, or nothing when no version has it, such as "03".
std::optional<std::int64_t> version_of(const http::EntityTag& tag) {
  std::int64_t version = 0;
  const auto [end, error] = std::from_chars(tag.text.data(), tag.text.data() + tag.text.size(), version);
  if (error != std::errc() || fmt::to_string(version) != tag.text) return std::nullopt;
  return version;
}

VersionCondition versions_in(const http::EntityTagList& list, bool accept_weak) {
  if (list.any) return any_version;
  std::vector<std::int64_t> versions;
  for (const http::EntityTag& tag : list.tags)
    if (const auto version = version_of(tag); version && (accept_weak || !tag.weak))
      versions.push_back(*version);
  return {.any_of = std::move(versions)};
}

}  // namespace

std::string entity_tag(std::int64_t version) {
  return http::strong_entity_tag(fmt::to_string(version));
}

Result<VersionCondition> if_match(const http::Request& request) {
  return http::entity_tags(request, "If-Match").map([](const std::optional<http::EntityTagList>& list) {
    return list ? versions_in(*list, false) : any_version;
  });
}

Result<VersionCondition> if_none_match(const http::Request& request) {
  return http::entity_tags(request, "If-None-Match").map([](const std::optional<http::EntityTagList>& list) {
    return list ? versions_in(*list, true) : no_version();
  });
}

}  // namespace users
