#include "core/lambda/trace.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "core/support/ascii.h"

namespace serverless::lambda {

std::optional<Trace> sampled_trace(std::string_view header) {
  std::string_view root;
  std::string_view parent;
  std::string_view sampled;
  while (!header.empty()) {
    const auto field = header.substr(0, header.find(';'));
    header.remove_prefix(std::min(field.size() + 1, header.size()));
    const auto equals = std::min(field.find('='), field.size());
    const auto name = field.substr(0, equals);
    const auto value = field.substr(std::min(equals + 1, field.size()));
    if (name == "Root") root = value;
    if (name == "Parent") parent = value;
    if (name == "Sampled") sampled = value;
  }
  if (sampled != "1" || !has_shape<is_hexadecimal_digit>(root, "1-00000000-000000000000000000000000") ||
      !has_shape<is_hexadecimal_digit>(parent, "0000000000000000"))
    return std::nullopt;
  return Trace{.id = std::string(root), .parent_id = std::string(parent)};
}

void export_trace_id(std::string_view trace_id) {
  // setenv would keep every value until the process ends, and each invocation has a new one. This storage is
  // never destroyed, because the environment may be read until the process ends.
  static auto& exported = *new std::vector<char>;
  constexpr std::string_view name = "_X_AMZN_TRACE_ID=";
  std::vector<char> variable;
  variable.reserve(name.size() + trace_id.size() + 1);
  variable.insert(variable.end(), name.begin(), name.end());
  variable.insert(variable.end(), trace_id.begin(), trace_id.end());
  variable.push_back('\0');
  putenv(variable.data());
  exported = std::move(variable);  // frees the previous value, which the environment no longer refers to
}

}  // namespace serverless::lambda
