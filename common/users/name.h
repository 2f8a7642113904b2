#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace users {

enum class NameFault { too_short, too_long, control_character };

/// The sort key of the name index holds the name, and DynamoDB limits it to 1,024 bytes: 246 code points fit.
constexpr std::size_t max_name_code_points = 100;

/// Returns the name without leading and trailing Unicode White_Space. It must then have 1 to 100 code points.
/// Control characters (Cc) are refused anywhere, also among the white space. `text` must be well-formed
/// UTF-8.
tl::expected<std::string, NameFault> trimmed_name(std::string_view text);

/// Returns the fault of `text` as the prefix of a name, if any: it must have 1 to 100 code points and no
/// control character. Trailing white space counts, as the name may continue after it. `text` must be
/// well-formed UTF-8.
std::optional<NameFault> fault_of_name_prefix(std::string_view text);

}  // namespace users
