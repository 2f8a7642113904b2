#include "support/environment.h"

#include <fmt/format.h>

#include <cstdlib>
#include <vector>

namespace users {

void refuse_variable(std::string_view name, std::string_view why) {
  throw ConfigurationError(fmt::format("the environment variable {} {}", name, why));
}

std::string Environment::get_or(const char* name, std::string_view fallback) const {
  auto value = get(name);
  return value ? *std::move(value) : std::string(fallback);
}

std::string Environment::require(const char* name) const {
  auto value = get(name);
  if (!value) refuse_variable(name, "is not set");
  return *std::move(value);
}

std::optional<std::string> ProcessEnvironment::get(const char* name) const {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

void export_trace_id(std::string_view trace_id) {
  // setenv keeps every value it was ever given, and there is a new one with each invocation.
  // It is never destroyed, as the environment is read until the very end of the process.
  static auto& exported = *new std::vector<char>;
  constexpr std::string_view name = "_X_AMZN_TRACE_ID=";
  std::vector<char> variable;
  variable.reserve(name.size() + trace_id.size() + 1);
  variable.insert(variable.end(), name.begin(), name.end());
  variable.insert(variable.end(), trace_id.begin(), trace_id.end());
  variable.push_back('\0');
  putenv(variable.data());
  exported = std::move(variable);  // only now may the one before go
}

}  // namespace users
