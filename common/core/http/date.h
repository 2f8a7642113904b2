#pragma once

#include <optional>
#include <string_view>

#include "core/support/clock.h"

namespace serverless::http {

/// Parses the date in a header, in its current form: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section
/// 5.6.7). Returns nothing for any other text.
std::optional<Instant> parse_date(std::string_view text);

}  // namespace serverless::http
