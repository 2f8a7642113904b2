#pragma once

#include <optional>
#include <string>

namespace users::net {

/// The file in which the system keeps the certificate authorities that it trusts: on Amazon Linux, which
/// Lambda runs, or on Debian. Nothing where there is neither.
std::optional<std::string> system_ca_bundle();

}  // namespace users::net
