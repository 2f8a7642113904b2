#include "template.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>
#include <string_view>
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
    if (!has_route) values_.fail(root_, "Resources", "no function has an event of type Api or HttpApi");
    result.kind = kind();
    result.cors = result.kind == ApiKind::rest ? rest_cors() : http_cors();
    return result;
  }

 private:
  static std::string type_of(const YAML::Node& node) { return node_at(node, {"Type"}).as<std::string>(""); }

  static bool is_route(const YAML::Node& event) {
    return type_of(event) == "Api" || type_of(event) == "HttpApi";
  }

  /// Returns the kind of API to which all routes belong.
  ApiKind kind() const {
    std::set<std::string> types;
    for (const auto& resource : resources_)
      for (const auto& event : node_at(resource.second, {"Properties", "Events"}))
        if (is_route(event.second)) types.insert(type_of(event.second));
    if (types.size() > 1)
      values_.fail(root_, "Resources",
                   "has events of type Api and of type HttpApi, but the local API serves only one API");
    return types.contains("HttpApi") ? ApiKind::http : ApiKind::rest;
  }

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
      if (!is_route(event.second)) continue;
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

  /// CORS rules and their path in the template.
  struct CorsRules {
    YAML::Node node;
    std::string place;
  };

  /// Returns the rules of the first API that has rules, or otherwise those of Globals.
  std::optional<CorsRules> cors_rules(std::string_view api, std::string_view property) const {
    for (const auto& resource : resources_) {
      const YAML::Node rules = node_at(resource.second, {"Properties", property});
      if (type_of(resource.second) == fmt::format("AWS::Serverless::{}", api) && rules)
        return CorsRules{
            rules, fmt::format("Resources.{}.Properties.{}", resource.first.as<std::string>(), property)};
    }
    const YAML::Node rules = node_at(root_, {"Globals", api, property});
    if (!rules) return std::nullopt;
    return CorsRules{rules, fmt::format("Globals.{}.{}", api, property)};
  }

  std::optional<Cors> rest_cors() const {
    const auto rules = cors_rules("Api", "Cors");
    if (!rules) return std::nullopt;
    if (!rules->node.IsMap()) return Cors{.allow_origin = quoted(rules->node, rules->place)};
    const auto rule = [&](const char* name) {
      const YAML::Node value = node_at(rules->node, {name});
      return value ? quoted(value, fmt::format("{}.{}", rules->place, name)) : "";
    };
    return Cors{.allow_origin = rule("AllowOrigin"),
                .allow_methods = rule("AllowMethods"),
                .allow_headers = rule("AllowHeaders"),
                .max_age = rule("MaxAge")};
  }

  std::optional<Cors> http_cors() const {
    const auto rules = cors_rules("HttpApi", "CorsConfiguration");
    if (!rules) return std::nullopt;
    if (!rules->node.IsMap())
      values_.fail(rules->node, rules->place, "must be a map with rules such as AllowOrigins");
    const auto rule = [&](const char* name) {
      const YAML::Node value = node_at(rules->node, {name});
      return value ? values_.list(value, fmt::format("{}.{}", rules->place, name)) : "";
    };
    return Cors{.allow_origin = rule("AllowOrigins"),
                .allow_methods = rule("AllowMethods"),
                .allow_headers = rule("AllowHeaders"),
                .expose_headers = rule("ExposeHeaders"),
                .max_age = rule("MaxAge")};
  }

  /// Returns a CORS value without the single quotes that SAM requires for a REST API: "'*'".
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
