#include "options.h"

#include <fmt/format.h>

#include <functional>
#include <map>

#include "core/support/parse_integer.h"

namespace serverless::local_api {
namespace {

int number(const std::string& name, const std::string& text, int from, int to) {
  const auto value = parse_integer<int>(text);
  if (!value || *value < from || *value > to)
    throw SetupError(fmt::format("{} takes a number from {} to {}, not '{}'", name, from, to, text));
  return *value;
}

void add_variable(const std::string& text, Variables& variables) {
  const auto equals = text.find('=');
  if (equals == 0 || equals == std::string::npos)
    throw SetupError(fmt::format("--env takes NAME=VALUE, not '{}'", text));
  variables.insert_or_assign(text.substr(0, equals), text.substr(equals + 1));
}

}  // namespace

const std::string_view usage =
    R"(Serves the API of a SAM template on this machine, with the executables of a build.

Usage: local_api --template FILE --build-dir DIR [OPTION...]

  --template FILE        the SAM template, with routes, variables and timeouts
  --build-dir DIR        the build folder: the executable of GetUser is DIR/functions/get_user/bootstrap
  --port PORT            the port to listen on; 0 for any free port (default: 3000)
  --host ADDRESS         the address to listen on (default: 127.0.0.1)
  --env NAME=VALUE       set a variable of the template, or an AWS_* variable, for all functions; repeatable
  --docs DIR             serve /docs: the Swagger UI in DIR shows the openapi.yaml next to the template
  --watch                restart a function whenever it is rebuilt
  --log-file FILE        append the log and the output of the functions to FILE (default: standard error)
  --max-environments N   the maximum number of requests that a function serves at once, each in its own
                         process; further requests wait (default: 10)

The functions inherit PATH and the AWS_* variables from the environment of this program.
The log has one JSON object per line. The output of the functions appears unchanged between these lines.
)";

Options parse_options(const std::vector<std::string>& arguments) {
  Options options;
  const std::map<std::string, std::function<void(const std::string& name, const std::string& value)>>
      with_value = {
          {"--template", [&](auto&, auto& value) { options.template_file = value; }},
          {"--build-dir", [&](auto&, auto& value) { options.build_dir = value; }},
          {"--port", [&](auto& name, auto& value) { options.port = number(name, value, 0, 65535); }},
          {"--host", [&](auto&, auto& value) { options.host = value; }},
          {"--env", [&](auto&, auto& value) { add_variable(value, options.variables); }},
          {"--docs", [&](auto&, auto& value) { options.docs_viewer = value; }},
          {"--log-file", [&](auto&, auto& value) { options.log_file = value; }},
          {"--max-environments",
           [&](auto& name, auto& value) {
             options.max_environments = static_cast<std::size_t>(number(name, value, 1, 100));
           }},
      };
  for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
    if (*argument == "--help" || *argument == "-h") {
      options.help = true;
      return options;
    }
    if (*argument == "--watch") {
      options.watch = true;
      continue;
    }
    const auto option = with_value.find(*argument);
    if (option == with_value.end())
      throw SetupError(fmt::format("unknown option {} (see --help)", *argument));
    if (std::next(argument) == arguments.end() || std::next(argument)->empty())
      throw SetupError(fmt::format("{} needs a value", *argument));
    option->second(option->first, *++argument);
  }
  if (options.template_file.empty()) throw SetupError("--template is missing (see --help)");
  if (options.build_dir.empty()) throw SetupError("--build-dir is missing (see --help)");
  return options;
}

}  // namespace serverless::local_api
