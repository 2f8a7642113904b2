#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "users/imports.h"

namespace users {

inline constexpr FieldFault name_too_short{"too_short", "must not be empty"};
inline constexpr FieldFault name_too_long{"too_long", "must have at most 100 characters"};
inline constexpr FieldFault name_with_control_character{"invalid_format",
                                                        "must not contain control characters"};

/// The sort key of the name index contains the name. 100 code points take at most 400 of the 1,024 bytes of
/// the index's sort key.
constexpr std::size_t max_name_code_points = 100;

/// Returns the name without leading and trailing Unicode White_Space. It must then have 1 to 100 code points.
/// Control characters (Cc) are refused everywhere, including in that white space. `text` must be well-formed
/// UTF-8.
Checked<std::string> trimmed_name(std::string_view text);

/// Returns the fault of `text` as the prefix of a name, if any: it must have 1 to 100 code points and no
/// control character. Trailing white space counts, as the name may continue after it. `text` must be
/// well-formed UTF-8.
std::optional<FieldFault> fault_of_name_prefix(std::string_view text);

}  // namespace users
