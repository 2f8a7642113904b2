#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace serverless {

/// An environment variable is missing or invalid. The message has the form "VARIABLE: requirement".
class ConfigurationError : public std::runtime_error {
 public:
  ConfigurationError(std::string_view variable, std::string_view requirement);
};

/// The variables that configure the program. An empty variable counts as absent.
class Environment {
 public:
  virtual ~Environment() = default;
  virtual std::optional<std::string> get(const char* name) const = 0;

  std::string get_or(const char* name, std::string_view fallback) const;
  /// Throws ConfigurationError when the variable is absent.
  std::string require(const char* name) const;
};

/// The environment of this process.
class ProcessEnvironment final : public Environment {
 public:
  std::optional<std::string> get(const char* name) const override;
};

}  // namespace serverless
