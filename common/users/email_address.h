#pragma once

#include <string>
#include <string_view>

#include "users/imports.h"

namespace users {

/// Returns whether `text` is an email address in its common form: an RFC 5322 addr-spec in ASCII, with a
/// dot-atom local part of 1 to 64 octets and a domain of at least two LDH labels (RFC 1035) of 1 to 63
/// octets, 254 octets in total (RFC 5321). Quoted local parts, comments, address literals, surrounding space
/// and a trailing dot are not accepted.
bool is_email_address(std::string_view text);

/// Returns `text` unchanged, or a fault when it is not an email address.
Checked<std::string> checked_email_address(std::string_view text);

/// Returns the form in which addresses are compared: with A to Z in lower case.
std::string folded_email(std::string_view address);

}  // namespace users
