#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/http/message.h"
#include "core/support/result.h"

/// Conditional requests (RFC 9110, section 13) for entities with versions: version 3 has the strong entity
/// tag `"3"`.
namespace serverless::http {

/// Versions of an entity: all versions without a list, none with an empty list.
struct VersionSet {
  std::optional<std::vector<std::int64_t>> list;

  bool contains(std::int64_t version) const;
};

/// Returns the entity tag of a version.
std::string entity_tag(std::int64_t version);

/// Returns the versions that If-Match allows (section 13.1.1): all without the header or with `*`, otherwise
/// those of its strong tags. A tag that is not of a version allows none. Fails when the header is malformed.
Result<VersionSet> if_match(const Request& request);

/// Returns the versions for which If-None-Match (section 13.1.2) asks for 304: none without the header, all
/// with `*`, otherwise those of its strong and weak tags. Fails when the header is malformed.
Result<VersionSet> if_none_match(const Request& request);

}  // namespace serverless::http
