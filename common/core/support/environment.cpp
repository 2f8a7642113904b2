#include "core/support/environment.h"

#include <fmt/format.h>

#include <cstdlib>

namespace serverless {

ConfigurationError::ConfigurationError(std::string_view variable, std::string_view requirement)
    : std::runtime_error(fmt::format("{}: {}", variable, requirement)) {}

std::optional<std::string> Environment::get(const char* name) const {
  auto value = get_even_if_empty(name);
  if (value && value->empty()) return std::nullopt;
  return value;
}

std::string Environment::get_or(const char* name, std::string_view fallback) const {
  auto value = get(name);
  return value ? *std::move(value) : std::string(fallback);
}

std::string Environment::require(const char* name) const {
  auto value = get(name);
  if (!value) throw ConfigurationError(name, "must be set");
  return *std::move(value);
}

std::optional<std::string> ProcessEnvironment::get_even_if_empty(const char* name) const {
  const char* value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  return value;
}

}  // namespace serverless
