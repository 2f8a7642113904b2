#pragma once

#include <string>
#include <string_view>

namespace serverless::json {

/// Returns a JSON text in which no number is beyond the range of a double, because RapidJSON refuses such
/// numbers, for example 1e400, although they are valid JSON. An integer stays an integer, even beyond 64
/// bits, and a fraction stays a fraction. All other bytes stay the same and in their places, so that an error
/// has the same place in both texts. A text that is not JSON does not become JSON.
std::string without_huge_numbers(std::string_view text);

}  // namespace serverless::json
