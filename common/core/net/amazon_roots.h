#pragma once

#include <string_view>

namespace serverless::net {

/// The certificate authorities of AWS's endpoints, in PEM: Amazon Root CA 1 to 4 and Starfield Services Root
/// G2. https://www.amazontrust.com/repository/
extern const std::string_view amazon_roots;

}  // namespace serverless::net
