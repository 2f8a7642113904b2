#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace users {

/// The environment does not allow the program to run; the message names the variable at fault.
class ConfigurationError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws a ConfigurationError: "the environment variable NAME is no colour".
[[noreturn]] void refuse_variable(std::string_view name, std::string_view why);

/// The variables that the program is configured by. An empty variable counts as absent.
class Environment {
 public:
  virtual ~Environment() = default;
  virtual std::optional<std::string> get(const char* name) const = 0;

  std::string get_or(const char* name, std::string_view fallback) const;
  /// Throws ConfigurationError, naming the variable, when it is absent.
  std::string require(const char* name) const;
};

/// The environment of this process.
class ProcessEnvironment final : public Environment {
 public:
  std::optional<std::string> get(const char* name) const override;
};

/// Sets `_X_AMZN_TRACE_ID` in this process's environment, where X-Ray's libraries look for it. Not for more
/// than one thread.
void export_trace_id(std::string_view trace_id);

}  // namespace users
