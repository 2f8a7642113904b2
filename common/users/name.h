#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "users/imports.h"

namespace users {

/// The sort key of the name index contains the name. 100 code points take at most 400 of the 1,024 bytes of
/// the index's sort key.
constexpr std::size_t max_name_code_points = 100;

/// Returns `text` as it is, or its fault as a name or as the prefix of one: it must have 1 to 100 code points
/// and no control character (Cc). White space at its ends counts, because a name may continue after a prefix.
/// `text` must be well-formed UTF-8.
Checked<std::string> checked_name(std::string_view text);

/// Returns checked_name() of the text without leading and trailing Unicode White_Space. Control characters
/// are refused everywhere, including in that white space.
Checked<std::string> trimmed_name(std::string_view text);

}  // namespace users
