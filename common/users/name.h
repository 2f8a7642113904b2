#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace users {

enum class NameFault { too_short, too_long, control_character };

constexpr std::size_t max_name_code_points = 100;

/// The name without leading and trailing Unicode White_Space, when that leaves 1 to 100 code points and there
/// is no control character (Cc) anywhere, not even in what would be removed. Nothing else is changed. `text`
/// must be well-formed UTF-8.
tl::expected<std::string, NameFault> trimmed_name(std::string_view text);

/// What is wrong with `text` as the beginning of a name: it needs 1 to 100 code points and no control
/// character. White space counts, as a name may go on behind it. `text` must be well-formed UTF-8.
std::optional<NameFault> fault_of_name_prefix(std::string_view text);

}  // namespace users
