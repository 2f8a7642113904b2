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

/// The environment variables that configure the program; an interface, so that tests can set them.
class Environment {
 public:
  virtual ~Environment() = default;

  /// Returns the value of a variable, which may be empty, or nothing when the variable is not set. Use this
  /// function for a variable whose default is less strict than its other values, so that an empty value,
  /// which may be a mistake, does not turn a protection off.
  virtual std::optional<std::string> get_even_if_empty(const char* name) const = 0;
  /// Like get_even_if_empty(), but an empty variable counts as absent.
  std::optional<std::string> get(const char* name) const;
  /// Returns the value, or `fallback` when the variable is absent or empty.
  std::string get_or(const char* name, std::string_view fallback) const;
  /// Returns the value. Throws ConfigurationError when the variable is absent or empty.
  std::string require(const char* name) const;
};

/// The environment of this process.
class ProcessEnvironment final : public Environment {
 public:
  std::optional<std::string> get_even_if_empty(const char* name) const override;
};

}  // namespace serverless
