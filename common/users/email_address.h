#pragma once

#include <string>
#include <string_view>

namespace users {

/// Whether `text` is an address as people use it: an RFC 5322 addr-spec in ASCII, with a dot-atom local part
/// of 1 to 64 octets and a domain of at least two LDH labels (RFC 1035) of 1 to 63 octets, 254 octets in all
/// (RFC 5321). Quoted local parts, comments, address literals, surrounding space and a trailing dot do not
/// pass.
bool is_email_address(std::string_view text);

/// The form in which addresses are compared: A to Z in lower case, all else as it is.
std::string folded_email(std::string_view address);

}  // namespace users
