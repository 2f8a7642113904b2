#include "http/entity_tag.h"

#include <fmt/format.h>

#include <charconv>

namespace users::http {
namespace {

enum class Comparison { strong, weak };

/// Takes `W/"text"` or `"text"` off the front of a list; nothing when there is none.
struct EntityTag {
  bool weak;
  std::string_view text;
};

std::optional<EntityTag> take_entity_tag(std::string_view& list) {
  EntityTag tag{.weak = list.starts_with("W/"), .text = {}};
  if (tag.weak) list.remove_prefix(2);
  if (!list.starts_with('"')) return std::nullopt;
  list.remove_prefix(1);
  const auto close = list.find('"');
  if (close == std::string_view::npos) return std::nullopt;
  tag.text = list.substr(0, close);
  for (const char c : tag.text)
    if (const auto byte = static_cast<unsigned char>(c); byte <= 0x20 || byte == 0x7F) return std::nullopt;
  list.remove_prefix(close + 1);
  return tag;
}

std::optional<std::int64_t> version_of(const EntityTag& tag) {
  std::int64_t version = 0;
  const auto [end, error] = std::from_chars(tag.text.data(), tag.text.data() + tag.text.size(), version);
  if (error != std::errc() || entity_tag(version) != fmt::format("\"{}\"", tag.text)) return std::nullopt;
  return version;
}

/// The versions of a list of tags (RFC 9110, section 5.6.1: elements may be empty, but not all of them).
std::optional<VersionCondition> parse_condition(std::string_view list, Comparison comparison) {
  list = trim_whitespace(list);
  if (list == "*") return VersionCondition{};
  std::vector<std::int64_t> versions;
  std::size_t tags = 0;
  for (;;) {
    while (list.starts_with(',')) list = trim_whitespace(list.substr(1));
    if (list.empty()) break;
    const auto tag = take_entity_tag(list);
    if (!tag || ++tags > max_entity_tags) return std::nullopt;
    if (const auto version = version_of(*tag); version && (!tag->weak || comparison == Comparison::weak))
      versions.push_back(*version);
    list = trim_whitespace(list);
    if (!list.empty() && !list.starts_with(',')) return std::nullopt;
  }
  if (tags == 0) return std::nullopt;
  return VersionCondition{std::move(versions)};
}

Result<VersionCondition> condition_in(const Request& request, std::string_view header, Comparison comparison,
                                      VersionCondition when_absent) {
  const auto list = request.headers.get(header);
  if (!list) return when_absent;
  auto condition = parse_condition(*list, comparison);
  if (!condition) {
    return failure(Problem::invalid(
        std::string(header), "invalid_format",
        fmt::format("must be * or a list of at most {} entity tags, such as \"3\"", max_entity_tags)));
  }
  return *std::move(condition);
}

}  // namespace

std::string entity_tag(std::int64_t version) {
  return fmt::format("\"{}\"", version);
}

Result<VersionCondition> if_match(const Request& request) {
  return condition_in(request, "If-Match", Comparison::strong, {});
}

Result<VersionCondition> if_none_match(const Request& request) {
  const VersionCondition none{.any_of = std::vector<std::int64_t>()};
  return condition_in(request, "If-None-Match", Comparison::weak, none);
}

}  // namespace users::http
