#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace serverless::http {

/// Percent-encodes each byte that a URI's path must not contain (RFC 3986, section 3.3). Existing escapes
/// stay. Several leading slashes become one, because a host name would follow two.
std::string encoded_path(std::string_view path);

/// Decodes percent-encoding. A % that is not followed by two hexadecimal digits stays.
std::string percent_decoded(std::string_view text);

/// Returns the decoded names and values of a query string, with + as a space
/// (application/x-www-form-urlencoded).
std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query);

}  // namespace serverless::http
