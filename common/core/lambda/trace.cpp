#include "core/lambda/trace.h"

#include <cstdlib>
#include <vector>

namespace serverless::lambda {

void export_trace_id(std::string_view trace_id) {
  // setenv would keep every value until the process ends, and each invocation brings a new one. This storage
  // is never destroyed, as the environment may be read until the very end of the process.
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
