#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace users::http {

/// The path with every byte percent-encoded that a URI's path may not hold (RFC 3986, section 3.3); what is
/// encoded already stays as it is. Slashes at the beginning become one, as two would name another host.
std::string encoded_path(std::string_view path);

/// Undoes percent-encoding. A % without two hexadecimal digits behind it stands for itself.
std::string percent_decoded(std::string_view text);

/// The names and values of a query string, decoded, + as a space (application/x-www-form-urlencoded).
std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query);

}  // namespace users::http
