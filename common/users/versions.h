#pragma once

#include <cstdint>
#include <string>

#include "core/dynamodb/versioned_table.h"
#include "core/http/message.h"
#include "users/core.h"

/// Versions of users as entity tags: version 3 has the strong tag `"3"`.
namespace users {

/// Returns the entity tag of a version.
std::string entity_tag(std::int64_t version);

/// Returns the versions that If-Match allows (RFC 9110, section 13.1.1): all without the header or with `*`,
/// otherwise those of its strong tags. A tag that is not of a version allows none. Fails when the header is
/// malformed.
Result<dynamodb::VersionCondition> if_match(const http::Request& request);

/// Returns the versions for which If-None-Match (RFC 9110, section 13.1.2) asks for 304: none without the
/// header, all with `*`, otherwise those of its strong and weak tags. Fails when the header is malformed.
Result<dynamodb::VersionCondition> if_none_match(const http::Request& request);

}  // namespace users
