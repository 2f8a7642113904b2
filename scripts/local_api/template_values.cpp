#include "template_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/support/parse_integer.h"
#include "template.h"

namespace serverless::local_api {
namespace {

/// Returns the intrinsic function of a value and its argument; "" and the value itself when it has none.
std::pair<std::string, YAML::Node> function_of(const YAML::Node& value) {
  const std::string& tag = value.Tag();
  const bool is_short_form = tag.size() > 1 && tag[0] == '!';
  if (is_short_form) return {tag.substr(1), value};
  if (value.IsMap() && value.size() == 1) {
    const auto only = *value.begin();
    const auto name = only.first.as<std::string>();
    if (name == "Ref") return {name, only.second};
    if (name.starts_with("Fn::")) return {name.substr(4), only.second};
  }
  return {"", value};
}

/// Returns a member of a map, its own or one that it merges ("<<: *anchor"), or an undefined node when there
/// is none. https://yaml.org/type/merge.html
YAML::Node member_of(const YAML::Node& map, const std::string& name) {
  const YAML::Node nowhere(YAML::NodeType::Undefined);
  if (!map.IsMap()) return nowhere;
  if (const YAML::Node own = map[name]) return own;
  if (const YAML::Node merged = map["<<"]) return member_of(merged, name);
  return nowhere;
}

}  // namespace

YAML::Node node_at(const YAML::Node& node, std::initializer_list<std::string_view> names) {
  YAML::Node found = node;
  for (const auto name : names) {
    const YAML::Node next = member_of(found, std::string(name));
    if (!next) return next;
    found.reset(next);
  }
  return found;
}

TemplateValues::TemplateValues(const YAML::Node& root, std::string file, std::string region)
    : root_(root), file_(std::move(file)), region_(std::move(region)) {}

std::string TemplateValues::parameter_of(const YAML::Node& value) const {
  const auto [function, argument] = function_of(value);
  const bool is_parameter =
      function == "Ref" && argument.IsScalar() && node_at(root_, {"Parameters", argument.Scalar()});
  return is_parameter ? argument.Scalar() : "";
}

std::string TemplateValues::text(const YAML::Node& value, std::string_view place) const {
  const auto [function, argument] = function_of(value);
  if (function == "Ref" && argument.IsScalar()) return ref(argument.Scalar(), value, place);
  if (function == "Sub") return sub(argument, place);
  if (function == "If" && argument.IsSequence() && argument.size() == 3)
    return text(argument[holds(argument[0].as<std::string>(), value, place) ? 1 : 2], place);
  if (!function.empty()) fail(value, place, fmt::format("the value of {} is known only on AWS", function));
  if (!value.IsScalar()) fail(value, place, "must be a string or a number");
  return value.Scalar();
}

std::string TemplateValues::list(const YAML::Node& value, std::string_view place) const {
  const auto [function, argument] = function_of(value);
  if (function == "Split" && argument.IsSequence() && argument.size() == 2 && argument[0].Scalar() == ",")
    return text(argument[1], place);
  if (!function.empty() || !value.IsSequence()) return text(value, place);
  std::vector<std::string> texts;
  for (const auto& item : value) texts.push_back(text(item, place));
  return fmt::format("{}", fmt::join(texts, ","));
}

int TemplateValues::number(const YAML::Node& value, std::string_view place) const {
  const auto number = parse_integer<int>(text(value, place));
  if (!number || *number < 1) fail(value, place, "must be a positive integer");
  return *number;
}

void TemplateValues::fail(const YAML::Node& node, std::string_view place, std::string_view reason) const {
  throw SetupError(fmt::format("{}:{}: {}: {}", file_, std::max(node.Mark().line, 0) + 1, place, reason));
}

std::string TemplateValues::ref(const std::string& name, const YAML::Node& node,
                                std::string_view place) const {
  const std::map<std::string, std::string> pseudo_parameters = {{"AWS::AccountId", "123456789012"},
                                                                {"AWS::Partition", "aws"},
                                                                {"AWS::Region", region_},
                                                                {"AWS::StackName", "local"},
                                                                {"AWS::URLSuffix", "amazonaws.com"}};
  if (const auto found = pseudo_parameters.find(name); found != pseudo_parameters.end()) return found->second;

  if (const auto set = parameters_.find(name); set != parameters_.end()) return set->second;
  if (node_at(root_, {"Parameters", name})) {
    const YAML::Node value = node_at(root_, {"Parameters", name, "Default"});
    if (!value) fail(node, place, fmt::format("the parameter {} has no Default", name));
    return text(value, fmt::format("Parameters.{}.Default", name));
  }
  if (!node_at(root_, {"Resources", name}))
    fail(node, place, fmt::format("the template has no parameter or resource {}", name));
  const YAML::Node table_name = node_at(root_, {"Resources", name, "Properties", "TableName"});
  if (!table_name) fail(node, place, fmt::format("the name of {} is known only on AWS", name));
  return text(table_name, fmt::format("Resources.{}.Properties.TableName", name));
}

bool TemplateValues::holds(const std::string& condition, const YAML::Node& node,
                           std::string_view place) const {
  const YAML::Node definition = node_at(root_, {"Conditions", condition});
  if (!definition) fail(node, place, fmt::format("the template has no condition {}", condition));
  return is_true(definition, fmt::format("Conditions.{}", condition));
}

/// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
bool TemplateValues::is_true(const YAML::Node& value, std::string_view place) const {
  const auto [function, argument] = function_of(value);
  if (function == "Equals" && argument.IsSequence() && argument.size() == 2)
    return text(argument[0], place) == text(argument[1], place);
  if (function == "Not" && argument.IsSequence() && argument.size() == 1) return !is_true(argument[0], place);
  fail(value, place, "may use only Equals and Not");
}

/// The argument is a string, or a list of a string and a map with values for the names in the string.
/// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
std::string TemplateValues::sub(const YAML::Node& argument, std::string_view place) const {
  const bool has_names = argument.IsSequence() && argument.size() == 2;
  const YAML::Node pattern = has_names ? argument[0] : argument;
  const YAML::Node names = has_names ? argument[1] : YAML::Node();
  if (!pattern.IsScalar()) fail(argument, place, "Sub takes a string, or a list of a string and a map");

  std::string result;
  std::string_view rest = pattern.Scalar();
  while (!rest.empty()) {
    const auto begin = rest.find("${");
    const auto end = rest.find('}', begin);
    if (end == std::string_view::npos) break;
    const std::string name(rest.substr(begin + 2, end - begin - 2));
    result.append(rest.substr(0, begin));
    rest.remove_prefix(end + 1);
    if (name.starts_with('!')) {
      result.append("${").append(name, 1).append("}");
    } else if (const YAML::Node value = node_at(names, {name})) {
      result.append(text(value, place));
    } else {
      result.append(ref(name, argument, place));
    }
  }
  return result.append(rest);
}

}  // namespace serverless::local_api
