#include "variables.h"

#include <unistd.h>

#include <string_view>

namespace serverless::local_api {

Variables inherited_variables() {
  Variables inherited;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    const auto name = text.substr(0, equals);
    if (name == "PATH" || name.starts_with("AWS_")) inherited.emplace(name, text.substr(equals + 1));
  }
  return inherited;
}

Variables function_variables(const FunctionTemplate& function, const std::filesystem::path& task_root,
                             const std::string& region, const Variables& inherited,
                             const Variables& overrides) {
  Variables variables = {{"AWS_LAMBDA_LOG_FORMAT", "JSON"}, {"AWS_LAMBDA_LOG_LEVEL", "INFO"}};
  const Variables reserved = {{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", std::to_string(function.memory_mb)},
                              {"AWS_LAMBDA_FUNCTION_NAME", function.logical_id},
                              {"AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"},
                              {"AWS_REGION", region},
                              {"LAMBDA_TASK_ROOT", task_root.string()}};
  for (const Variables& source : {function.variables, inherited, reserved, overrides})
    for (const auto& [name, value] : source) variables.insert_or_assign(name, value);
  return variables;
}

}  // namespace serverless::local_api
