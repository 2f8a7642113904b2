// Email addresses, checked against the same rules as regular expressions.

#include "users/email_address.h"

#include <regex>
#include <string>

#include "tests/fuzz/fuzz.h"

namespace serverless::fuzz {
namespace {

using users::folded_email;
using users::is_email_address;

bool matches(std::string_view address) {
  static const std::regex dot_atom(
      R"([A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+(\.[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+)*)");
  static const std::regex domain(
      R"(([A-Za-z0-9]([A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9\-]{0,61}[A-Za-z0-9])?)");
  if (address.size() > 254) return false;  // std::regex uses a stack frame for each character
  const auto at = address.find('@');
  return at <= 64 && std::regex_match(std::string(address.substr(0, at)), dot_atom) &&
         std::regex_match(std::string(address.substr(at + 1)), domain);
}

}  // namespace

void try_input(std::string_view input) {
  require(is_email_address(input) == matches(input), "the rules are those of RFC 5321 and 5322");
  const std::string folded = folded_email(input);
  require(folded.size() == input.size() && folded_email(folded) == folded,
          "folding a folded address changes nothing");
  require(is_email_address(folded) == is_email_address(input), "the case does not affect the validity");
}

}  // namespace serverless::fuzz
