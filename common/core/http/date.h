#pragma once

#include <optional>
#include <string_view>

#include "core/support/clock.h"

namespace serverless::http {

/// Parses the date in a header, in the format that RFC 9110, section 5.6.7, prefers:
/// `Sun, 06 Nov 1994 08:49:37 GMT`. Returns nothing for any other text.
std::optional<Instant> parse_date(std::string_view text);

}  // namespace serverless::http
