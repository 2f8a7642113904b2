#include "template.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <utility>

#include "template_values.h"

namespace serverless::local_api {
namespace {

// Lambda's defaults.
constexpr int default_timeout_seconds = 3;
constexpr int default_memory_mb = 128;

std::string upper_case(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

class Reader {
 public:
  Reader(const YAML::Node& root, const std::string& file, const Variables& overrides,
         const std::string& region)
      : root_(root),
        resources_(node_at(root_, {"Resources"})),
        values_(root_, file, region),
        overrides_(overrides) {}

  Template read() {
    for (const auto& [name, value] : overrides_)
      if (!name.starts_with("AWS_") && !is_variable(name))
        throw SetupError(fmt::format("--env {}: no function of the template has this variable", name));
    set_parameters(node_at(root_, {"Globals", "Function"}));
    for (const auto& resource : resources_) set_parameters(node_at(resource.second, {"Properties"}));
    Template result;
    for (const auto& resource : resources_) {
      if (type_of(resource.second) == "AWS::Serverless::Function")
        result.functions.push_back(function(resource.first.as<std::string>(), resource.second));
    }
    const bool has_route = std::any_of(result.functions.begin(), result.functions.end(),
                                       [](const FunctionTemplate& one) { return !one.routes.empty(); });
    if (!has_route) values_.fail(root_, "Resources", "no function has an event of type Api");
    result.cors = cors();
    return result;
  }

 private:
  static std::string type_of(const YAML::Node& node) { return node_at(node, {"Type"}).as<std::string>(""); }

  /// Returns whether a function of the template has this variable.
  bool is_variable(const std::string& name) const {
    if (node_at(root_, {"Globals", "Function", "Environment", "Variables", name})) return true;
    return std::any_of(resources_.begin(), resources_.end(), [&](const auto& resource) {
      return node_at(resource.second, {"Properties", "Environment", "Variables", name}).IsDefined();
    });
  }

  /// Sets the parameters that are the values of overridden variables of a function, so that the gateway uses
  /// the same values.
  void set_parameters(const YAML::Node& properties) {
    for (const auto& variable : node_at(properties, {"Environment", "Variables"})) {
      const auto override = overrides_.find(variable.first.as<std::string>());
      const std::string parameter = values_.parameter_of(variable.second);
      if (override != overrides_.end() && !parameter.empty())
        values_.set_parameter(parameter, override->second);
    }
  }

  FunctionTemplate function(const std::string& logical_id, const YAML::Node& resource) const {
    FunctionTemplate function{.logical_id = logical_id,
                              .timeout = std::chrono::seconds(default_timeout_seconds),
                              .memory_mb = default_memory_mb,
                              .variables = {},
                              .routes = {}};
    const std::string place = fmt::format("Resources.{}.Properties", logical_id);
    apply(node_at(root_, {"Globals", "Function"}), "Globals.Function", function);
    apply(node_at(resource, {"Properties"}), place, function);
    for (const auto& event : node_at(resource, {"Properties", "Events"})) {
      if (type_of(event.second) != "Api") continue;
      const std::string name = event.first.as<std::string>();
      function.routes.push_back(route(event.second, fmt::format("{}.Events.{}", place, name)));
    }
    return function;
  }

  void apply(const YAML::Node& properties, const std::string& place, FunctionTemplate& function) const {
    if (const YAML::Node timeout = node_at(properties, {"Timeout"}))
      function.timeout = std::chrono::seconds(values_.number(timeout, place + ".Timeout"));
    if (const YAML::Node memory = node_at(properties, {"MemorySize"}))
      function.memory_mb = values_.number(memory, place + ".MemorySize");
    add_variables(node_at(properties, {"Environment", "Variables"}), place + ".Environment.Variables",
                  function.variables);
  }

  void add_variables(const YAML::Node& variables, const std::string& place, Variables& result) const {
    for (const auto& variable : variables) {
      const std::string name = variable.first.as<std::string>();
      if (overrides_.contains(name)) continue;
      try {
        result.insert_or_assign(name, values_.text(variable.second, fmt::format("{}.{}", place, name)));
      } catch (const SetupError& error) {
        throw SetupError(fmt::format("{} (set it with --env {}=VALUE)", error.what(), name));
      }
    }
  }

  FunctionTemplate::Route route(const YAML::Node& event, const std::string& place) const {
    const auto property = [&](const char* name) {
      const YAML::Node value = node_at(event, {"Properties", name});
      if (!value) values_.fail(event, place, fmt::format("needs a {}", name));
      return values_.text(value, fmt::format("{}.Properties.{}", place, name));
    };
    return {.method = upper_case(property("Method")), .path = property("Path")};
  }

  /// Returns the CORS rules of the first AWS::Serverless::Api that has some, otherwise those of Globals.
  std::optional<Cors> cors() const {
    for (const auto& resource : resources_) {
      const YAML::Node rules = node_at(resource.second, {"Properties", "Cors"});
      if (type_of(resource.second) == "AWS::Serverless::Api" && rules)
        return cors(rules, fmt::format("Resources.{}.Properties.Cors", resource.first.as<std::string>()));
    }
    const YAML::Node rules = node_at(root_, {"Globals", "Api", "Cors"});
    if (!rules) return std::nullopt;
    return cors(rules, "Globals.Api.Cors");
  }

  Cors cors(const YAML::Node& rules, const std::string& place) const {
    if (!rules.IsMap())
      return {.allow_origin = quoted(rules, place), .allow_methods = {}, .allow_headers = {}};
    const auto rule = [&](const char* name) {
      const YAML::Node value = node_at(rules, {name});
      return value ? quoted(value, fmt::format("{}.{}", place, name)) : "";
    };
    return {.allow_origin = rule("AllowOrigin"),
            .allow_methods = rule("AllowMethods"),
            .allow_headers = rule("AllowHeaders")};
  }

  /// Returns a CORS value without the single quotes that SAM requires: "'*'".
  std::string quoted(const YAML::Node& value, const std::string& place) const {
    const std::string text = values_.text(value, place);
    if (text.size() < 2 || !text.starts_with('\'') || !text.ends_with('\''))
      values_.fail(value, place, "must be in single quotes, as in \"'*'\"");
    return text.substr(1, text.size() - 2);
  }

  YAML::Node root_;
  YAML::Node resources_;
  TemplateValues values_;
  const Variables& overrides_;
};

}  // namespace

Template read_template(const std::filesystem::path& file, const Variables& overrides,
                       const std::string& region) {
  try {
    return Reader(YAML::LoadFile(file.string()), file.string(), overrides, region).read();
  } catch (const YAML::BadFile&) {
    throw SetupError(fmt::format("cannot read {}", file.string()));
  } catch (const YAML::Exception& error) {
    throw SetupError(fmt::format("{}:{}: {}", file.string(), error.mark.line + 1, error.msg));
  }
}

}  // namespace serverless::local_api
