#include "core/http/entity_tag.h"

#include <fmt/format.h>

namespace serverless::http {
namespace {

/// Returns whether a byte may appear in an entity tag: etagc of RFC 9110, section 8.8.3, without the quote.
bool is_tag_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte != 0x7F;
}

/// Removes `W/"text"` or `"text"` from the front of the list and returns it; returns nothing when there is no
/// tag.
std::optional<EntityTag> take_entity_tag(std::string_view& list) {
  const bool weak = list.starts_with("W/");
  if (weak) list.remove_prefix(2);
  if (!list.starts_with('"')) return std::nullopt;
  const auto end = list.find('"', 1);
  if (end == std::string_view::npos) return std::nullopt;
  const auto text = list.substr(1, end - 1);
  for (const char c : text)
    if (!is_tag_character(c)) return std::nullopt;
  list.remove_prefix(end + 1);
  return EntityTag{.text = std::string(text), .weak = weak};
}

/// Parses a comma-separated list (RFC 9110, section 5.6.1: some elements may be empty, but not all).
std::optional<EntityTagList> parse_list(std::string_view list) {
  list = trim_whitespace(list);
  if (list == "*") return EntityTagList{.any = true};
  EntityTagList parsed;
  for (;;) {
    while (list.starts_with(',')) list = trim_whitespace(list.substr(1));
    if (list.empty()) break;
    auto tag = take_entity_tag(list);
    if (!tag || parsed.tags.size() == max_entity_tags) return std::nullopt;
    parsed.tags.push_back(*std::move(tag));
    list = trim_whitespace(list);
    if (!list.empty() && !list.starts_with(',')) return std::nullopt;
  }
  if (parsed.tags.empty()) return std::nullopt;
  return parsed;
}

}  // namespace

std::string entity_tag(std::int64_t version) {
  return fmt::format("\"{}\"", version);
}

Result<std::optional<EntityTagList>> entity_tags(const Request& request, std::string_view name) {
  const auto value = request.headers.get(name);
  if (!value) return std::nullopt;
  auto list = parse_list(*value);
  if (!list) {
    return failure(Problem::invalid(
        std::string(name), "invalid_format",
        fmt::format("must be * or a list of up to {} entity tags, such as \"3\"", max_entity_tags)));
  }
  return list;
}

}  // namespace serverless::http
