#include "support/environment.h"

#include <fmt/format.h>

#include <cstdlib>

namespace users {

std::string Environment::get_or(const char* name, std::string_view fallback) const {
  auto value = get(name);
  return value ? *std::move(value) : std::string(fallback);
}

std::string Environment::require(const char* name) const {
  auto value = get(name);
  if (!value) throw ConfigurationError(fmt::format("the environment variable {} is not set", name));
  return *std::move(value);
}

std::optional<std::string> ProcessEnvironment::get(const char* name) const {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

void ProcessEnvironment::set(const char* name, const std::string& value) {
  setenv(name, value.c_str(), /*overwrite=*/1);
}

}  // namespace users
