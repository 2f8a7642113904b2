#pragma once

#include <cstdint>
#include <string>

#include "http/message.h"
#include "support/result.h"
#include "users/user.h"

namespace users::http {

/// The most entity tags that a header may list.
constexpr std::size_t max_entity_tags = 100;

/// The strong entity tag of a version: `"3"` (RFC 9110, section 8.8.3).
std::string entity_tag(std::int64_t version);

/// What If-Match asks for (RFC 9110, section 13.1.1): any version without the header or with `*`, else those
/// that its strong tags name; a tag that no version has can't match. Invalid when the header is malformed.
Result<VersionCondition> if_match(const Request& request);

/// The versions for which If-None-Match (RFC 9110, section 13.1.2) calls for 304 on a GET; here weak tags
/// match as well. None without the header. Invalid when it is malformed.
Result<VersionCondition> if_none_match(const Request& request);

}  // namespace users::http
