#pragma once

#include <optional>
#include <string>

namespace serverless::net {

/// Returns the path of the system's certificate authorities on Amazon Linux, which Lambda runs, or on Debian.
/// Returns nothing when neither file is readable.
std::optional<std::string> system_ca_bundle();

}  // namespace serverless::net
