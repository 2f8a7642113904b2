#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/message.h"
#include "core/support/result.h"

namespace serverless::http {

/// An entity tag (RFC 9110, section 8.8.3).
struct EntityTag {
  /// The opaque text between the quotes.
  std::string text;
  bool weak = false;

  bool operator==(const EntityTag&) const = default;
};

/// The value of an If-Match or If-None-Match header.
struct EntityTagList {
  /// Whether the value is `*`, which matches every existing representation.
  bool any = false;
  std::vector<EntityTag> tags = {};
};

/// The maximum number of entity tags in a header.
constexpr std::size_t max_entity_tags = 100;

/// Returns the strong entity tag of a version: `"3"`, with the quotes.
std::string entity_tag(std::int64_t version);

/// Reads the header `name` (RFC 9110, sections 13.1.1 and 13.1.2). Returns nothing when the request does not
/// have it; fails with Problem::invalid when it is malformed or lists more than `max_entity_tags` tags.
Result<std::optional<EntityTagList>> entity_tags(const Request& request, std::string_view name);

}  // namespace serverless::http
