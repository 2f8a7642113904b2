#pragma once

#include <string_view>

namespace users::net {

/// The certificate authorities that vouch for AWS's endpoints, in PEM: Amazon Root CA 1 to 4 and Starfield
/// Services Root G2. A client that trusts these alone parses five certificates as it starts instead of a
/// system's hundred and more. https://www.amazontrust.com/repository/
extern const std::string_view amazon_roots;

}  // namespace users::net
