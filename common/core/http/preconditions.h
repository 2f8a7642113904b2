#pragma once

#include "core/http/message.h"
#include "core/http/version_set.h"
#include "core/support/result.h"

/// Conditional requests (RFC 9110, section 13) for entities with versions: the strong entity tag of version 3
/// is `"3"`.
namespace serverless::http {

/// Returns the versions that If-Match allows (section 13.1.1): all when the header is absent or `*`,
/// otherwise those of its strong tags. A tag that no version has adds none. Fails like entity_tags().
Result<VersionSet> if_match(const Request& request);

/// Returns the versions for which If-None-Match (section 13.1.2) requires a 304: none when the header is
/// absent, all when it is `*`, otherwise those of its strong and weak tags. Fails like entity_tags().
Result<VersionSet> if_none_match(const Request& request);

}  // namespace serverless::http
